// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/volume_claims.h"

namespace holdfast::volumes {

VolumeClaim& VolumeClaim::operator=(VolumeClaim&& other) noexcept {
  if (this != &other) {
    release();
    claims_ = std::exchange(other.claims_, nullptr);
    volume_ = std::move(other.volume_);
    device_ = other.device_;
    use_ = other.use_;
  }
  return *this;
}

void VolumeClaim::release() {
  auto* claims = claims_;
  undo();
  if (claims != nullptr && claims->released_) claims->released_();
}

void VolumeClaim::undo() {
  if (auto* claims = std::exchange(claims_, nullptr)) claims->remove(volume_, *device_, use_);
  volume_.clear();
}

std::optional<VolumeClaim> VolumeClaims::take(const std::string& volume, const StorageDevice& device,
                                              VolumeClaim::Use use) {
  const bool got = claims_.with([&](auto& claims) {
    auto& claim = claims[volume];
    if (use == VolumeClaim::Use::append && !claim.may_append(device)) return false;
    if (use == VolumeClaim::Use::read) {
      claim.readers.insert(&device);
    } else {
      claim.writer = &device;
      ++claim.appending;
    }
    return true;
  });
  if (!got) return std::nullopt;
  return VolumeClaim(*this, volume, device, use);
}

bool VolumeClaims::may_append(const std::string& volume, const StorageDevice& device) const {
  return claims_.read([&](const auto& claims) {
    const auto found = claims.find(volume);
    return found == claims.end() || found->second.may_append(device);
  });
}

const StorageDevice* VolumeClaims::writer(const std::string& volume) const {
  return claims_.read([&](const auto& claims) -> const StorageDevice* {
    const auto found = claims.find(volume);
    return found == claims.end() || found->second.appending == 0 ? nullptr : found->second.writer;
  });
}

unsigned VolumeClaims::readers(const std::string& volume) const {
  return claims_.read([&](const auto& claims) {
    const auto found = claims.find(volume);
    return found == claims.end() ? 0U : static_cast<unsigned>(found->second.readers.size());
  });
}

const StorageDevice* VolumeClaims::user_besides(const std::string& volume,
                                                const StorageDevice& device) const {
  return claims_.read([&](const auto& claims) -> const StorageDevice* {
    const auto found = claims.find(volume);
    if (found == claims.end()) return nullptr;
    const auto& claim = found->second;
    if (claim.appending > 0 && claim.writer != &device) return claim.writer;
    for (const auto* reader : claim.readers)
      if (reader != &device) return reader;
    return nullptr;
  });
}

void VolumeClaims::remove(const std::string& volume, const StorageDevice& device, VolumeClaim::Use use) {
  claims_.with([&](auto& claims) {
    const auto found = claims.find(volume);
    if (found == claims.end()) return;
    auto& claim = found->second;
    if (use == VolumeClaim::Use::append) {
      --claim.appending;
    } else if (const auto reader = claim.readers.find(&device); reader != claim.readers.end()) {
      claim.readers.erase(reader);
    }
    if (claim.readers.empty() && claim.appending == 0) claims.erase(found);
  });
}

}  // namespace holdfast::volumes

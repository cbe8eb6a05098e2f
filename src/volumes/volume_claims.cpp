// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/volume_claims.h"

namespace holdfast::volumes {

VolumeClaim& VolumeClaim::operator=(VolumeClaim&& other) noexcept {
  if (this != &other) {
    release();
    claims_ = std::exchange(other.claims_, nullptr);
    volume_ = std::move(other.volume_);
    use_ = other.use_;
  }
  return *this;
}

void VolumeClaim::release() {
  if (auto* claims = std::exchange(claims_, nullptr)) claims->release(volume_, use_);
  volume_.clear();
}

std::optional<VolumeClaim> VolumeClaims::take(const std::string& volume, const StorageDevice& device,
                                              VolumeClaim::Use use) {
  const bool got = claims_.with([&](auto& claims) {
    auto& claim = claims[volume];
    if (use == VolumeClaim::Use::read) return ++claim.reading > 0;
    if (!claim.may_append(device)) return false;
    claim.writer = &device;
    return ++claim.appending > 0;
  });
  if (!got) return std::nullopt;
  return VolumeClaim(*this, volume, use);
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
    return found == claims.end() ? 0U : found->second.reading;
  });
}

void VolumeClaims::release(const std::string& volume, VolumeClaim::Use use) {
  claims_.with([&](auto& claims) {
    const auto found = claims.find(volume);
    if (found == claims.end()) return;
    --(use == VolumeClaim::Use::read ? found->second.reading : found->second.appending);
    if (found->second.reading + found->second.appending == 0) claims.erase(found);
  });
  if (released_) released_();
}

}  // namespace holdfast::volumes

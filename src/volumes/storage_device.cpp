// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/storage_device.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"

namespace holdfast::volumes {
namespace {

// A session label must fit uncut.
constexpr std::size_t smallest_block = 4096;

}  // namespace

device::BlockSizes DeviceSettings::block_sizes(const VolumeRecord& volume) const {
  device::BlockSizes sizes{min_block_size, max_block_size};
  if (volume.max_block_size != 0) {
    sizes.minimum = volume.min_block_size;
    sizes.maximum = std::clamp<std::size_t>(volume.max_block_size, smallest_block, format::max_block_length);
  }
  sizes.minimum = std::min(sizes.minimum, sizes.maximum);
  return sizes;
}

void StorageDevice::Turn::heed(std::stop_token stop) {
  stop_ = std::move(stop);
  device_->drive_->heed(stop_);
  if (device_->mounted_) device_->mounted_->medium->heed(stop_);
}

void StorageDevice::Turn::close_medium() {
  device_->mounted_.reset();
  device_->state_.with([](DeviceState& state) {
    state.volume.clear();
    state.is_appending = false;
  });
}

const StorageDevice* StorageDevice::other_user(const std::string& volume) const {
  if (claims_ == nullptr || media_kind() != device::Drive::Media::loaded) return nullptr;
  const auto* user = claims_->user_besides(volume, *this);
  return user != nullptr && user->media_kind() == device::Drive::Media::loaded ? user : nullptr;
}

void StorageDevice::tell_alerts(const device::ChangerErrand& errand, JobLog& log) {
  if (!alerts_) return;
  const auto now = state();
  if (now.writers + now.readers > 0) return;
  const auto alerts = alerts_->tell(errand, log);
  state_.with([&](DeviceState& state) { state.tape_alerts |= alerts; });
}

void StorageDevice::use_key(Turn& turn, const std::string& volume, const std::string& key, JobLog& log) {
  try {
    turn.drive().use_key(key);
  } catch (const Error&) {
    rethrow_with("Volume \"{}\" on device {}", volume, print_name());
  }
  if (key.empty() || !keep_key_) return;
  try {
    keep_key_(volume, key);
  } catch (const Error& error) {
    log.message(MessageType::warning,
                fmt::format("The encryption key of Volume \"{}\" is not kept for the volume tools: {}\n",
                            volume, error.what()));
  }
}

StorageDevice::Turn StorageDevice::take_turn(std::stop_token stop) {
  if (!turns_.take(stop))
    throw Error(ErrorKind::cancelled, "cancelled while waiting for device {}", print_name());
  return {*this, std::move(stop)};
}

std::optional<StorageDevice::Turn> StorageDevice::try_turn(std::stop_token stop) {
  if (!turns_.try_take()) return std::nullopt;
  return Turn(*this, std::move(stop));
}

}  // namespace holdfast::volumes

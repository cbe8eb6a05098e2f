// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/storage_device.h"

#include "base/error.h"

namespace holdfast::volumes {

StorageDevice::Turn StorageDevice::take_turn(std::stop_token stop) {
  const bool got = is_taken_.wait(
      stop, [](bool taken) { return !taken; }, [](bool& taken) { taken = true; });
  if (!got) throw Error(ErrorKind::cancelled, "cancelled while waiting for device {}", print_name());
  return Turn(*this);
}

std::optional<StorageDevice::Turn> StorageDevice::try_turn() {
  const bool got = is_taken_.with([](bool& taken) { return !std::exchange(taken, true); });
  if (!got) return std::nullopt;
  return Turn(*this);
}

}  // namespace holdfast::volumes

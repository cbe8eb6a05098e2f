// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <memory>

#include "device/dedup_device.h"
#include "testing/device/memory_byte_store.h"

namespace holdfast::testing_support {

/// The five files of a dedupable volume, in memory; outlives the devices it opened.
struct MemoryDedup {
  MemoryMedium config, blocks, parts, aligned, unaligned;

  std::array<MemoryMedium*, 5> files() { return {&config, &blocks, &parts, &aligned, &unaligned}; }
  std::unique_ptr<device::DedupDevice> open(device::Drive::Access access = device::Drive::Access::append) {
    const auto store = [](MemoryMedium& medium) { return std::make_unique<MemoryByteStore>(medium); };
    return std::make_unique<device::DedupDevice>(
        device::DedupStores{store(config), store(blocks), store(parts), store(aligned), store(unaligned)},
        access);
  }
  void lose_power(std::size_t surviving = 0) {
    for (auto* file : files()) file->lose_power(surviving);
  }
};

}  // namespace holdfast::testing_support

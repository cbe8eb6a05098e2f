// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstring>

#include "volumes/spool_store.h"

namespace holdfast::testing_support {

/// A spool file made of memory, on a disk of limited size. `disk` outlives it.
class MemorySpool final : public volumes::SpoolStore {
 public:
  struct Disk {
    Buffer contents;
    std::size_t capacity = SIZE_MAX;
    std::size_t most = 0;  ///< that it held at once
  };
  explicit MemorySpool(Disk& disk) : disk_(disk) {}

  bool write_at(std::uint64_t offset, Bytes data) override {
    const auto fits = std::min(data.size(), disk_.capacity - std::min<std::size_t>(disk_.capacity, offset));
    if (disk_.contents.size() < offset + fits) disk_.contents.resize(offset + fits);
    if (fits > 0) std::memcpy(disk_.contents.data() + offset, data.data(), fits);
    disk_.most = std::max(disk_.most, disk_.contents.size());
    return fits == data.size();
  }
  std::size_t read_at(std::uint64_t offset, MutableBytes into) override {
    if (offset >= disk_.contents.size()) return 0;
    const auto count = std::min(into.size(), disk_.contents.size() - offset);
    std::memcpy(into.data(), disk_.contents.data() + offset, count);
    return count;
  }
  void resize(std::uint64_t size) override { disk_.contents.resize(size); }

 private:
  Disk& disk_;
};

}  // namespace holdfast::testing_support

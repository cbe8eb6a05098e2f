// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>

#include "device/byte_store.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// The bytes of a medium that outlives it.
class MemoryByteStore final : public device::ByteStore {
 public:
  explicit MemoryByteStore(MemoryMedium& medium) : medium_(medium) {}

  std::size_t read_at(std::uint64_t offset, MutableBytes into) override {
    const auto from = std::min<std::size_t>(offset, medium_.contents.size());
    const auto part = Bytes(medium_.contents).subspan(from);
    const auto length = std::min(part.size(), into.size());
    std::copy_n(part.begin(), length, into.begin());
    return length;
  }
  bool write_at(std::uint64_t offset, Bytes data) override {
    if (offset + data.size() > medium_.capacity) return false;
    if (medium_.contents.size() < offset + data.size()) medium_.contents.resize(offset + data.size());
    std::copy(data.begin(), data.end(), medium_.contents.begin() + static_cast<std::ptrdiff_t>(offset));
    return true;
  }
  std::uint64_t size() const override { return medium_.contents.size(); }
  void resize(std::uint64_t size) override { medium_.contents.resize(size); }
  void sync() override { medium_.durable = medium_.contents; }

 private:
  MemoryMedium& medium_;
};

}  // namespace holdfast::testing_support

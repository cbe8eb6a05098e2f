// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "base/bytes.h"

namespace holdfast::codec {

/// Work memory that only grows and is never cleared: what stands in it is whatever was there.
class Scratch {
 public:
  MutableBytes at_least(std::size_t size) {
    if (size > size_) {
      memory_ = std::make_unique_for_overwrite<std::byte[]>(size);
      size_ = size;
    }
    return {memory_.get(), size_};
  }
  /// As above, keeping the first `kept` bytes.
  MutableBytes grown_to(std::size_t size, std::size_t kept) {
    if (size <= size_) return {memory_.get(), size_};
    auto larger = std::make_unique_for_overwrite<std::byte[]>(size);
    if (kept > 0) std::memcpy(larger.get(), memory_.get(), kept);
    memory_ = std::move(larger);
    size_ = size;
    return {memory_.get(), size_};
  }
  Bytes first(std::size_t size) const { return Bytes(memory_.get(), size_).first(size); }

 private:
  std::unique_ptr<std::byte[]> memory_;
  std::size_t size_ = 0;
};

/// What a decompressor starts with: the usual block and a little more.
inline constexpr std::size_t usual_block = 262144 + 4096;

}  // namespace holdfast::codec

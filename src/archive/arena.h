// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace holdfast::archive {

/// Bytes that are appended, looked at by offset, and dropped all together. Unlike a Buffer it does not clear
/// what is about to be overwritten, which matters where whole files are read into it.
class Arena {
 public:
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  void clear() { size_ = 0; }

  /// Room for `count` bytes at the end; they count only once committed. Valid until the next call.
  MutableBytes reserve(std::size_t count) {
    if (capacity_ - size_ < count) grow(size_ + count);
    return {memory_.get() + size_, count};
  }
  void commit(std::size_t count) { size_ += count; }

  void append(Bytes bytes) {
    std::copy(bytes.begin(), bytes.end(), reserve(bytes.size()).begin());
    commit(bytes.size());
  }
  void append(std::string_view text) { append(as_bytes(text)); }
  void append(char character) { append(std::string_view(&character, 1)); }

  Bytes view(std::size_t offset, std::size_t count) const { return {memory_.get() + offset, count}; }
  /// Forgets what was appended behind the first `size` bytes.
  void cut(std::size_t size) { size_ = size; }
  std::byte* at(std::size_t offset) { return memory_.get() + offset; }

 private:
  void grow(std::size_t needed) {
    const std::size_t capacity = std::max(needed, std::max<std::size_t>(capacity_ * 2, 65536));
    auto memory = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
    memory_ = std::move(memory);
    capacity_ = capacity;
  }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace holdfast::archive

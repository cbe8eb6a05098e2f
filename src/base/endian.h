// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <bit>
#include <concepts>
#include <cstring>
#include <optional>

#include "base/bytes.h"

namespace holdfast {

namespace detail {
template <std::unsigned_integral T>
constexpr T byte_swapped(T value) {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

template <std::unsigned_integral T>
constexpr T in_order(T value, std::endian order) {
  return order == std::endian::native ? value : byte_swapped(value);
}
}  // namespace detail

/// `from` must hold sizeof(T) bytes.
template <std::integral T>
T load(const std::byte* from, std::endian order = std::endian::big) {
  std::make_unsigned_t<T> value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<T>(detail::in_order(value, order));
}

/// `to` must have room for sizeof(T) bytes.
template <std::integral T>
void store(std::byte* to, T value, std::endian order = std::endian::big) {
  const auto ordered = detail::in_order(static_cast<std::make_unsigned_t<T>>(value), order);
  std::memcpy(to, &ordered, sizeof ordered);
}

/// Appends values to a buffer, big-endian unless told otherwise.
class ByteWriter {
 public:
  explicit ByteWriter(Buffer& to) : to_(to) {}

  template <std::integral T>
  void put(T value, std::endian order = std::endian::big) {
    std::byte encoded[sizeof(T)];
    store(encoded, value, order);
    append(to_, encoded);
  }
  void put_bytes(Bytes bytes) { append(to_, bytes); }
  void put_text(std::string_view text) { append(to_, as_bytes(text)); }
  /// The text and a NUL behind it.
  void put_terminated(std::string_view text) {
    put_text(text);
    to_.push_back(std::byte{0});
  }

 private:
  Buffer& to_;
};

/// Takes values from the front of a byte sequence. Every read is checked: it comes back empty, and takes
/// nothing, where too few bytes are left.
class ByteReader {
 public:
  explicit ByteReader(Bytes from) : left_(from) {}

  Bytes left() const { return left_; }
  bool at_end() const { return left_.empty(); }

  template <std::integral T>
  std::optional<T> take(std::endian order = std::endian::big) {
    if (left_.size() < sizeof(T)) return std::nullopt;
    const T value = load<T>(left_.data(), order);
    left_ = left_.subspan(sizeof(T));
    return value;
  }

  std::optional<Bytes> take_bytes(std::size_t count) {
    if (left_.size() < count) return std::nullopt;
    const Bytes taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }

  /// The text up to the next NUL, which is taken too.
  std::optional<std::string_view> take_terminated() {
    const std::string_view text = as_text(left_);
    const auto end = text.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    left_ = left_.subspan(end + 1);
    return text.substr(0, end);
  }

 private:
  Bytes left_;
};

}  // namespace holdfast

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/packed_number.h"

#include <array>

namespace holdfast::format {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xFF;
constexpr auto value_of = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    table[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

}  // namespace

std::size_t pack_number(std::int64_t value, char* to) {
  char* out = to;
  auto left = static_cast<std::uint64_t>(value);
  if (value < 0) {
    *out++ = '-';
    left = 0 - left;
  }
  int shift = 60;
  while (shift > 0 && (left >> shift) == 0) shift -= 6;
  for (; shift >= 0; shift -= 6) *out++ = digits[(left >> shift) & 63];
  return static_cast<std::size_t>(out - to);
}

void append_packed(std::string& to, std::int64_t value) {
  char packed[max_packed_number];
  to.append(packed, pack_number(value, packed));
}

std::optional<std::int64_t> unpack_number(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const std::uint8_t digit = value_of[static_cast<unsigned char>(c)];
    if (digit == no_digit || (value >> 58) != 0) return std::nullopt;
    value = (value << 6) | digit;
  }
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

}  // namespace holdfast::format

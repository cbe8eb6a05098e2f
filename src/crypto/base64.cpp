// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/base64.h"

#include <array>
#include <cstdint>

namespace holdfast::crypto {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned six_bits = 0x3F;

/// What goes into the register for one byte: the bareos flavour sets all higher bits where the byte's own
/// highest bit is set, and so destroys the bits not yet emitted.
std::uint32_t widened(std::byte byte, Base64 flavour) {
  const auto value = std::to_integer<std::uint8_t>(byte);
  if (flavour == Base64::standard || value < 0x80) return value;
  return 0xFFFFFF00U | value;
}

std::optional<std::uint32_t> value_of(char letter) {
  const auto at = alphabet.find(letter);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

}  // namespace

std::string encode_base64(Bytes bytes, Base64 flavour) {
  std::string text;
  text.reserve(bytes.size() * 4 / 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  std::size_t next = 0;
  // One letter a round, until the input is used up: what is left then is less than one letter, or exactly one.
  while (next < bytes.size()) {
    if (count < 6) {
      bits = (bits << 8) | widened(bytes[next++], flavour);
      count += 8;
    }
    count -= 6;
    text += alphabet[(bits >> count) & six_bits];
  }
  if (count == 0) return text;
  const std::uint32_t rest = bits & ((1U << count) - 1);
  const unsigned shift = flavour == Base64::standard && count < 6 ? 6 - count : 0;
  text += alphabet[(rest << shift) & six_bits];
  return text;
}

std::optional<Buffer> decode_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  Buffer bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char letter : text) {
    const auto value = value_of(letter);
    if (!value) return std::nullopt;
    bits = (bits << 6) | *value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::byte>((bits >> count) & 0xFF));
  }
  return bytes;
}

}  // namespace holdfast::crypto

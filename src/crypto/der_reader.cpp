// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/der_reader.h"

#include "base/endian.h"

namespace holdfast::crypto {

namespace {

// Lengths of up to 127 stand in the byte itself; otherwise it tells in how many bytes they stand.
constexpr std::uint8_t long_form = 0x80;
constexpr unsigned longest_length = sizeof(std::uint32_t);

std::optional<std::size_t> take_length(ByteReader& reader) {
  const auto first = reader.take<std::uint8_t>();
  if (!first) return std::nullopt;
  if (*first < long_form) return *first;
  const unsigned count = *first & (long_form - 1U);
  if (count == 0 || count > longest_length) return std::nullopt;
  std::size_t length = 0;
  for (unsigned i = 0; i < count; ++i) {
    const auto byte = reader.take<std::uint8_t>();
    if (!byte) return std::nullopt;
    length = length << 8 | *byte;
  }
  return length;
}

}  // namespace

std::optional<Bytes> DerReader::take(DerTag tag) {
  ByteReader reader(left_);
  if (reader.take<std::uint8_t>() != static_cast<std::uint8_t>(tag)) return std::nullopt;
  const auto length = take_length(reader);
  if (!length) return std::nullopt;
  const auto contents = reader.take_bytes(*length);
  if (contents) left_ = reader.left();
  return contents;
}

bool DerReader::take_version_zero() {
  const DerReader before = *this;
  const auto number = take(DerTag::integer);
  if (number && number->size() == 1 && number->front() == std::byte{0}) return true;
  *this = before;
  return false;
}

}  // namespace holdfast::crypto

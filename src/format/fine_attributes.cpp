// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/fine_attributes.h"

#include <limits>

#include "format/packed_number.h"

namespace holdfast::format {

namespace {

// The blank in front makes it a zero for readers that look for a packed number here.
constexpr std::string_view mark = " hf";
constexpr std::int64_t second = 1'000'000'000;

/// Takes " <number>" from the front; 0 where it is missing or not in range.
std::uint32_t take(std::string_view& text, std::int64_t below) {
  if (!text.starts_with(' ')) return 0;
  text.remove_prefix(1);
  const auto number = text.substr(0, text.find(' '));
  text.remove_prefix(number.size());
  const auto value = unpack_number(number).value_or(0);
  return value >= 0 && value < below ? static_cast<std::uint32_t>(value) : 0;
}

}  // namespace

void append_fine(std::string& to, const FineAttributes& attributes) {
  if (attributes.is_empty()) return;
  to += mark;
  for (const auto number :
       {attributes.access_nanoseconds, attributes.modification_nanoseconds, attributes.flags}) {
    to += ' ';
    append_packed(to, number);
  }
}

FineAttributes parse_fine(std::string_view extended) {
  FineAttributes attributes;
  if (!extended.starts_with(mark)) return attributes;
  extended.remove_prefix(mark.size());
  attributes.access_nanoseconds = take(extended, second);
  attributes.modification_nanoseconds = take(extended, second);
  attributes.flags = take(extended, std::numeric_limits<std::uint32_t>::max());
  return attributes;
}

}  // namespace holdfast::format

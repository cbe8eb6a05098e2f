// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/standard_label.h"

#include <algorithm>
#include <string_view>

namespace holdfast::format {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t label_size = 80;
constexpr std::size_t kind_size = 3;

// Of the volume, of the header, trailer and end of a file on it, and those that users may add to each.
constexpr std::string_view kinds_in_ascii = "VOLHDREOFEOVUVLUHLUTL";
constexpr std::string_view kinds_in_ebcdic =
    "\xE5\xD6\xD3"
    "\xC8\xC4\xD9"
    "\xC5\xD6\xC6"
    "\xC5\xD6\xE5"
    "\xE4\xE5\xD3"
    "\xE4\xC8\xD3"
    "\xE4\xE3\xD3"sv;

bool begins_with_one_of(std::string_view kinds, char zero, std::string_view label) {
  const char number = label[kind_size];
  if (number <= zero || number > zero + 9) return false;
  for (std::size_t at = 0; at < kinds.size(); at += kind_size) {
    if (label.starts_with(kinds.substr(at, kind_size))) return true;
  }
  return false;
}

}  // namespace

bool is_standard_label(Bytes block) {
  if (block.size() != label_size) return false;
  const auto label = as_text(block);
  return begins_with_one_of(kinds_in_ascii, '0', label) || begins_with_one_of(kinds_in_ebcdic, '\xF0', label);
}

}  // namespace holdfast::format

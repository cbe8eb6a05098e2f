// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// The parts between the separators; one empty part for an empty text.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

/// ASCII only, as all keywords are.
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

std::string replace_all(std::string text, std::string_view what, std::string_view with);

/// The whole text as a decimal number; empty where it is none or does not fit.
template <std::integral T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stopped != end || text.empty()) return std::nullopt;
  return value;
}

/// 1234567 -> "1,234,567".
std::string with_thousands(std::uint64_t number);

/// 100287 -> "100.2 K", 999 -> "999 ": at most five characters, cut and not rounded, and a decimal unit; what
/// stands before the "B" in job reports (interop 08, section 21).
std::string with_unit(std::uint64_t number);

/// How many single-character edits turn one into the other; what "did you mean" is chosen by.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Text that is safe on a terminal and in a log: control characters and bytes that are not UTF-8 become
/// \xNN. For showing names, never for storing them.
std::string printable(std::string_view text);

}  // namespace holdfast

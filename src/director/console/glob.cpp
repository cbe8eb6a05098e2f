// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/glob.h"

#include <optional>

namespace holdfast::director::console {
namespace {

struct Taken {
  std::size_t length;  ///< of the pattern's element
  bool fits;
};

/// A class like [a-z], [!abc] at the front of the pattern; nothing where it is not closed.
std::optional<Taken> take_class(std::string_view pattern, char c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) return Taken{at + 1, found != negated};
    const auto low = static_cast<unsigned char>(pattern[at]);
    auto high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = static_cast<unsigned char>(pattern[at + 2]);
      at += 2;
    }
    const auto character = static_cast<unsigned char>(c);
    found = found || (low <= character && character <= high);
    ++at;
  }
  return std::nullopt;
}

Taken take_element(std::string_view pattern, char c) {
  if (pattern[0] == '?') return {1, true};
  if (pattern[0] == '\\' && pattern.size() > 1) return {2, pattern[1] == c};
  if (pattern[0] == '[')
    if (const auto taken = take_class(pattern, c)) return *taken;
  return {1, pattern[0] == c};
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  // Only the last star needs to be taken back: what an earlier one took can be given to this one as well.
  std::optional<std::string_view> after_star;
  std::string_view retry;
  while (!name.empty()) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      after_star = pattern;
      retry = name;
      continue;
    }
    if (!pattern.empty()) {
      const Taken taken = take_element(pattern, name[0]);
      if (taken.fits) {
        pattern.remove_prefix(taken.length);
        name.remove_prefix(1);
        continue;
      }
    }
    if (!after_star) return false;
    pattern = *after_star;
    retry.remove_prefix(1);
    name = retry;
  }
  while (!pattern.empty() && pattern[0] == '*') pattern.remove_prefix(1);
  return pattern.empty();
}

bool is_glob(std::string_view text) { return text.find_first_of("*?[\\") != std::string_view::npos; }

}  // namespace holdfast::director::console

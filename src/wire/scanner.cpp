// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/scanner.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace holdfast::wire {

namespace {
constexpr std::string_view white_space = " \t\n\v\f\r";
constexpr std::size_t shown_bytes = 40;

bool is_white(char c) { return white_space.find(c) != std::string_view::npos; }

/// How many bytes of `text` the pattern matches; npos where it does not.
std::size_t match(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  for (const char c : pattern) {
    if (is_white(c)) {
      while (at < text.size() && is_white(text[at])) ++at;
    } else if (at < text.size() && text[at] == c) {
      ++at;
    } else {
      return std::string_view::npos;
    }
  }
  return at;
}
}  // namespace

bool Scanner::try_literal(std::string_view pattern) {
  const std::size_t length = match(pattern, left());
  if (length == std::string_view::npos) return false;
  position_ += length;
  return true;
}

bool Scanner::literal(std::string_view pattern) {
  return try_literal(pattern) || fail(fmt::format("expected \"{}\"", printable(trim(pattern))));
}

bool Scanner::word(std::string_view& into, std::size_t limit) {
  const std::string_view from = left();
  const auto end = std::find_if(from.begin(), from.end(), [](char c) { return is_white(c) || c == 0; });
  return take(static_cast<std::size_t>(end - from.begin()), into, limit);
}

bool Scanner::until(char end, std::string_view& into, std::size_t limit) {
  const std::size_t length = left().find(end);
  if (length == std::string_view::npos) return fail(fmt::format("no '{}'", end));
  return take(length, into, limit);
}

bool Scanner::line(std::string_view& into, std::size_t limit) {
  const bool ends_line = !left().empty() && left().back() == '\n';
  return take(left().size() - (ends_line ? 1 : 0), into, limit);
}

bool Scanner::rest(std::string_view& into, std::size_t limit) { return take(left().size(), into, limit); }

bool Scanner::character(char& into) {
  if (left().empty()) return fail("ends too early");
  into = left().front();
  ++position_;
  return true;
}

bool Scanner::fail(std::string_view reason) {
  const std::string found = printable(left().substr(0, shown_bytes));
  error_ = {position_, fmt::format("{} at byte {}, found \"{}\"", reason, position_, found)};
  return false;
}

bool Scanner::take(std::size_t count, std::string_view& into, std::size_t limit) {
  if (count > limit) return fail(fmt::format("{} bytes where at most {} may stand", count, limit));
  into = left().substr(0, count);
  position_ += count;
  return true;
}

}  // namespace holdfast::wire

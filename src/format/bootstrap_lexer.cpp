// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/bootstrap_lexer.h"

#include <algorithm>

#include "base/text.h"

namespace holdfast::format {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool ends_statement(char c) { return c == '\n' || c == ';' || c == '#'; }
bool ends_bare_string(char c) {
  return is_blank(c) || ends_statement(c) || std::string_view("={},\"").find(c) != std::string_view::npos;
}

}  // namespace

void BootstrapLexer::advance(std::size_t count) {
  const auto taken = left_.substr(0, count);
  line_ += static_cast<std::size_t>(std::count(taken.begin(), taken.end(), '\n'));
  left_.remove_prefix(taken.size());
}

void BootstrapLexer::skip_blanks() {
  while (!left_.empty() && is_blank(left_.front())) advance();
}

bool BootstrapLexer::find_statement() {
  while (!left_.empty()) {
    const char c = left_.front();
    if (c == '#') {
      advance(std::min(left_.find('\n'), left_.size()));
    } else if (is_blank(c) || c == '\n' || c == ';') {
      advance();
    } else {
      return true;
    }
  }
  return false;
}

std::optional<std::string> BootstrapLexer::take_keyword() {
  std::string keyword;
  for (; is_letter(peek()) || is_blank(peek()); advance()) {
    if (is_letter(peek())) keyword += peek();
  }
  if (keyword.empty() || peek() != '=') return std::nullopt;
  advance();
  return keyword;
}

bool BootstrapLexer::take_quoted(std::string& to) {
  advance();
  while (!left_.empty() && left_.front() != '"') {
    if (left_.front() == '\\') advance();
    if (left_.empty()) return false;
    to += left_.front();
    advance();
  }
  if (left_.empty()) return false;
  advance();
  return true;
}

std::string BootstrapLexer::take_bare() {
  std::string text;
  bool only_letters = true;
  while (!left_.empty()) {
    const char c = left_.front();
    // The peer swallows blanks between the letters a bare string starts with.
    if (c == ' ' && only_letters) {
      advance();
      continue;
    }
    if (ends_bare_string(c)) break;
    only_letters = only_letters && is_letter(c);
    text += c;
    advance();
  }
  return text;
}

std::optional<std::string> BootstrapLexer::take_string() {
  skip_blanks();
  if (peek() != '"') {
    auto text = take_bare();
    if (text.empty()) return std::nullopt;
    return text;
  }
  std::string text;
  while (peek() == '"') {
    if (!take_quoted(text)) return std::nullopt;
    skip_blanks();
  }
  return text;
}

std::optional<std::uint64_t> BootstrapLexer::take_number() {
  skip_blanks();
  const auto end = std::min(
      static_cast<std::size_t>(std::find_if_not(left_.begin(), left_.end(), is_digit) - left_.begin()),
      left_.size());
  const auto value = parse_number<std::uint64_t>(left_.substr(0, end));
  if (value) advance(end);
  return value;
}

std::optional<Range<std::uint64_t>> BootstrapLexer::take_range() {
  const auto first = take_number();
  if (!first) return std::nullopt;
  if (peek() != '-') return Range<std::uint64_t>{*first, *first};
  advance();
  const auto last = is_digit(peek()) ? take_number() : std::nullopt;
  if (!last) return std::nullopt;
  return Range<std::uint64_t>{*first, *last};
}

bool BootstrapLexer::take_comma() {
  skip_blanks();
  if (peek() != ',') return false;
  advance();
  return true;
}

std::string_view BootstrapLexer::take_rest_of_line() {
  const auto rest = left_.substr(0, left_.find('\n'));
  advance(rest.size());
  return trim(rest);
}

bool BootstrapLexer::at_end_of_statement() {
  skip_blanks();
  return ends_statement(peek());
}

}  // namespace holdfast::format

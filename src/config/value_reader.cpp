// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/value_reader.h"

#include <fmt/core.h>

#include "base/text.h"

namespace holdfast::config {

void fail(const Token& at, const std::string& text) { throw SyntaxError(text, at.place, at.text); }

std::string got(const Token& token) {
  constexpr std::size_t enough = 60;
  auto text = fmt::format("got {}: {}", token_name(token.kind),
                          printable(std::string_view(token.text).substr(0, enough)));
  if (token.is(Token::Kind::error)) text += "\nThe double quote that is opened here is never closed.";
  return text;
}

Token ValueReader::next_on_any_line(Lexer::Mode mode) {
  Token token = next(mode);
  while (token.is(Token::Kind::end_of_line)) token = next(mode);
  return token;
}

Token ValueReader::string() {
  Token token = next();
  if (!token.is_word()) {
    if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::close)) unget(token);
    fail(token, "expected a string, " + got(token));
  }
  return token;
}

Token ValueReader::name() {
  constexpr std::size_t longest = 127;
  Token token = next();
  if (!token.is_word()) {
    if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::close)) unget(token);
    fail(token, "expected a name, " + got(token));
  }
  if (token.text.size() > longest) {
    fail(token, fmt::format("name {} length {} too long, max is {}", printable(token.text), token.text.size(),
                            longest));
  }
  return token;
}

void ValueReader::equals() {
  Token token = next_on_any_line();
  if (token.is(Token::Kind::equals)) return;
  unget(token);
  fail(token, "expected an equals, got: " + printable(token.text));
}

bool ValueReader::boolean() {
  const Token token = name();
  for (const std::string_view word : {"yes", "true"}) {
    if (equal_ignoring_case(token.text, word)) return true;
  }
  for (const std::string_view word : {"no", "false"}) {
    if (equal_ignoring_case(token.text, word)) return false;
  }
  fail(token, "Expect YES, NO, TRUE, or FALSE, got: " + printable(token.text));
}

void ValueReader::finish_line() {
  for (Token token = next();; token = next()) {
    if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::end_of_file)) return;
    if (token.is(Token::Kind::error)) fail(token, "expected the end of the line, " + got(token));
    if (!token.is(Token::Kind::close)) continue;
    unget(std::move(token));
    return;
  }
}

bool ValueReader::more_elements() {
  Token token = next();
  if (token.is(Token::Kind::comma)) {
    Token element = next_on_any_line();
    unget(std::move(element));
    return true;
  }
  // The peer swallows whatever ends a list, closing braces too; those we leave.
  if (token.is(Token::Kind::close)) unget(std::move(token));
  return false;
}

std::string ValueReader::quoted_line(const Token& token) const {
  return fmt::format("{}: {}", token.place.line, trim(lexer_.line_at(token.place)));
}

std::string ValueReader::shell_expanded(const std::string& value) const {
  if (value.starts_with('|') || value.find_first_of("~\\$[]*?`'<>\"") == std::string::npos) return value;
  return surroundings_.expand_in_shell(value).value_or(value);
}

}  // namespace holdfast::config

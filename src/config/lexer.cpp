// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/lexer.h"

#include <fmt/core.h>

#include "config/source_text.h"

namespace holdfast::config {

namespace {

constexpr char end_of_line = '\n';
// A file that includes itself is found by these, long before memory or time run out.
constexpr unsigned deepest_include = 200;
constexpr unsigned most_includes = 100'000;

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }
constexpr bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

constexpr bool ends_unquoted(char c) { return is_blank(c) || c == end_of_line || is_one_of(c, "={};,\"#"); }
constexpr bool ends_identifier(char c) { return c == end_of_line || is_one_of(c, "={};,\"#"); }
constexpr bool ends_number(char c) { return is_blank(c) || c == end_of_line || c == ',' || c == ';'; }
constexpr bool ends_include(char c) { return is_blank(c) || c == end_of_line || is_one_of(c, "{};,\"#"); }

Token::Kind kind_of_first(char c, Lexer::Mode mode) {
  if (is_letter(c) && mode == Lexer::Mode::keywords) return Token::Kind::identifier;
  if (is_digit(c) && mode != Lexer::Mode::words_and_numbers) return Token::Kind::number;
  return Token::Kind::unquoted;
}

std::optional<Token::Kind> punctuation(char c) {
  switch (c) {
    case '{': return Token::Kind::open;
    case '}': return Token::Kind::close;
    case '=': return Token::Kind::equals;
    case ',': return Token::Kind::comma;
    case ';': return Token::Kind::end_of_line;
    case end_of_line: return Token::Kind::end_of_line;
    default: return std::nullopt;
  }
}

int step(const Token& token) {
  return token.is(Token::Kind::open) ? 1 : token.is(Token::Kind::close) ? -1 : 0;
}

}  // namespace

std::string_view token_name(Token::Kind kind) {
  switch (kind) {
    case Token::Kind::end_of_file: return "BCT_EOF";
    case Token::Kind::number: return "BCT_NUMBER";
    case Token::Kind::identifier: return "BCT_IDENTIFIER";
    case Token::Kind::unquoted: return "BCT_UNQUOTED_STRING";
    case Token::Kind::quoted: return "BCT_QUOTED_STRING";
    case Token::Kind::open: return "BCT_BOB";
    case Token::Kind::close: return "BCT_EOB";
    case Token::Kind::equals: return "BCT_EQUALS";
    case Token::Kind::comma: return "BCT_COMMA";
    case Token::Kind::end_of_line: return "BCT_EOL";
    case Token::Kind::error: break;
  }
  return "BCT_ERROR";
}

Lexer::Lexer(const std::string& pattern, Surroundings& surroundings) : surroundings_(surroundings) {
  const auto matches = surroundings_.expand(pattern);
  if (matches.empty()) {
    throw SyntaxError(fmt::format("Cannot open config file \"{}\": No such file or directory", pattern), {},
                      pattern, SyntaxError::Reach::everything);
  }
  for (const auto& match : matches) push(read(match, {}), {}, 0);
}

char Lexer::peek() const {
  const Position& at = open_.back();
  const std::string& line = at.source->lines[at.line];
  return at.column < line.size() ? line[at.column] : end_of_line;
}

void Lexer::advance() {
  Position& at = open_.back();
  if (at.column < at.source->lines[at.line].size()) {
    ++at.column;
  } else {
    ++at.line;
    at.column = 0;
  }
}

void Lexer::skip_blanks() {
  while (!is_exhausted() && is_blank(peek())) advance();
}

Place Lexer::place() const {
  if (open_.empty()) return end_;
  const Position& at = open_.back();
  return {at.source->name, static_cast<unsigned>(at.line + 1), static_cast<unsigned>(at.column + 1)};
}

Token Lexer::next(Mode mode) {
  Token token = ungot_ ? std::move(*ungot_) : scan(mode);
  ungot_.reset();
  depth_ += step(token);
  is_at_line_end_ = token.is(Token::Kind::end_of_line);
  return token;
}

void Lexer::unget(Token token) {
  depth_ -= step(token);
  is_at_line_end_ = false;
  ungot_ = std::move(token);
}

Token Lexer::scan(Mode mode) {
  while (!open_.empty()) {
    skip_blanks();
    if (is_exhausted()) {
      end_ = place();
      open_.pop_back();
      continue;
    }
    const char c = peek();
    if (c == '@') {
      include();
    } else if (c == '#') {
      Token token{Token::Kind::end_of_line, {}, place()};
      while (peek() != end_of_line) advance();
      advance();
      return token;
    } else if (const auto kind = punctuation(c)) {
      Token token{*kind, c == end_of_line ? std::string() : std::string(1, c), place()};
      advance();
      return token;
    } else {
      return c == '"' ? quoted() : word(mode);
    }
  }
  return {Token::Kind::end_of_file, {}, end_};
}

bool Lexer::is_space_next() const { return !ungot_ && !open_.empty() && !is_exhausted() && peek() == ' '; }

std::string_view Lexer::rest_of_line() const {
  if (open_.empty() || is_exhausted()) return {};
  const Position& at = open_.back();
  return std::string_view(at.source->lines[at.line]).substr(at.column);
}

std::string_view Lexer::line_at(const Place& place) const {
  const auto source = sources_.find(place.file);
  if (source == sources_.end() || place.line == 0 || place.line > source->second->lines.size()) return {};
  return source->second->lines[place.line - 1];
}

Token Lexer::word(Mode mode) {
  Token token{kind_of_first(peek(), mode), {}, place()};
  token.text += peek();
  advance();
  for (char c = peek();; c = peek()) {
    if (token.is(Token::Kind::identifier)) {
      if (ends_identifier(c)) break;
      if (is_letter(c))
        token.text += c;
      else if (!is_blank(c))
        token.kind = Token::Kind::unquoted;
    } else if (token.is(Token::Kind::number)) {
      if (ends_number(c)) break;
      if (is_digit(c))
        token.text += c;
      else
        token.kind = Token::Kind::unquoted;
    }
    if (token.is(Token::Kind::unquoted)) {
      if (ends_unquoted(c)) break;
      token.text += c;
    }
    advance();
  }
  return token;
}

Token Lexer::quoted() {
  Token token{Token::Kind::quoted, {}, place()};
  advance();
  while (!is_exhausted()) {
    char c = peek();
    advance();
    if (c == '"') {
      if (!continues_quoted()) return token;
      continue;
    }
    if (c == '\\' && !is_exhausted()) {
      c = peek();
      advance();
    }
    token.text += c;
  }
  token.kind = Token::Kind::error;
  return token;
}

/// Behind a closing quote: whether another quoted string follows on this line or at the front of the next one; then it
/// is entered.
bool Lexer::continues_quoted() {
  const Position before = open_.back();
  skip_blanks();
  if (!is_exhausted() && peek() == end_of_line) {
    advance();
    skip_blanks();
  }
  if (!is_exhausted() && peek() == '"') {
    advance();
    return true;
  }
  open_.back() = before;
  return false;
}

void Lexer::include() {
  const Place from = place();
  advance();
  const unsigned depth = open_.back().depth + 1;
  const std::string name = include_name();
  if (name.starts_with('|')) {
    open_command(name.substr(1), from, depth);
  } else {
    open(name, from, depth);
  }
}

std::string Lexer::include_name() {
  std::string name;
  if (peek() == '|') {
    name = "|";
    advance();
  }
  if (peek() == '"') return name + quoted().text;
  for (; !ends_include(peek()); advance()) name += peek();
  return name;
}

void Lexer::open(const std::string& pattern, const Place& from, unsigned depth) {
  const auto matches = surroundings_.expand(pattern);
  if (matches.empty() && pattern.find_first_of("*?") == std::string::npos) read(pattern, from);
  for (const auto& match : matches) push(read(match, from), from, depth);
}

void Lexer::open_command(const std::string& command, const Place& from, unsigned depth) {
  const auto output = surroundings_.run(command_words(command));
  if (!output) {
    throw SyntaxError(fmt::format("Cannot run included command {}: {}", command, output.error()), from,
                      command, SyntaxError::Reach::everything);
  }
  auto source = std::make_shared<Source>(Source{"|" + command, lines_of(*output, from)});
  sources_["|" + command] = source;
  push(std::move(source), from, depth);
}

std::shared_ptr<const Source> Lexer::read(const std::string& path, const Place& from) {
  std::shared_ptr<const Source>& source = sources_[path];
  if (source) return source;
  const auto text = surroundings_.read_file(path);
  if (!text) {
    const auto what =
        from.line == 0 ? "Cannot open config file \"{}\": {}" : "Cannot open included config file {}: {}";
    throw SyntaxError(fmt::format(fmt::runtime(what), path, text.error()), from, path,
                      SyntaxError::Reach::everything);
  }
  source = std::make_shared<Source>(Source{path, lines_of(*text, Place{path, 1, 1})});
  return source;
}

void Lexer::push(std::shared_ptr<const Source> source, const Place& from, unsigned depth) {
  if (depth > deepest_include || ++opened_ > most_includes) {
    throw SyntaxError("Too many includes. Does a file include itself?", from, source->name,
                      SyntaxError::Reach::everything);
  }
  open_.push_back({std::move(source), depth});
}

}  // namespace holdfast::config

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "base/text.h"
#include "base/units.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const BooleanType boolean{"BOOLEAN"};
constinit const BooleanType bit{"BIT"};
constinit const PositiveType<std::uint16_t> positive16{"PINT16"};
constinit const PositiveType<std::uint32_t> positive32{"PINT32"};
constinit const IntegerType integer{"INT32"};
constinit const DurationType duration{"TIME"};
constinit const SizeType size{"SIZE64", SizeType::Unit::size};
constinit const SizeType speed{"SPEED", SizeType::Unit::speed};
constinit const SmallSizeType small_size{"SIZE32", 0};
constinit const SmallSizeType block_size{"MAX_BLOCKSIZE", 20'000'000};
}  // namespace types

namespace {

constexpr std::string_view digits = "0123456789";

/// The digits at the front of a number that may have a plus sign, a fraction and an exponent; empty where the text is
/// no such number.
std::string_view whole_part(std::string_view text) {
  const auto skip_digits = [&] { text.remove_prefix(std::min(text.find_first_not_of(digits), text.size())); };
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto whole = text.substr(0, text.find_first_not_of(digits));
  skip_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    skip_digits();
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (text.empty()) return {};
    skip_digits();
  }
  return text.empty() ? whole : std::string_view();
}

/// A number with unit, its parts joined as long as the character space stands between them.
Token joined_parts(ValueReader& from, std::string_view expected) {
  Token value = from.next_on_any_line();
  const auto is_part = [](const Token& token) {
    return token.is(Token::Kind::number) || token.is(Token::Kind::identifier) ||
           token.is(Token::Kind::unquoted);
  };
  if (!is_part(value)) {
    if (value.is(Token::Kind::close)) from.unget(value);
    fail(value, fmt::format("expected a {}, got: {}", expected, printable(value.text)));
  }
  while (from.lexer().is_space_next()) {
    Token part = from.next();
    if (!is_part(part)) {
      from.unget(std::move(part));
      break;
    }
    value.text += part.text;
  }
  return value;
}

struct WrittenSize {
  Token token;
  std::uint64_t bytes;
};

WrittenSize read_size(ValueReader& from) {
  Token token = joined_parts(from, "size");
  const auto bytes = parse_size(token.text);
  if (!bytes) fail(token, "expected a size number, got: " + printable(token.text));
  return {std::move(token), *bytes};
}

}  // namespace

void BooleanType::read_typed(ValueReader& from, bool& value) const {
  value = from.boolean();
  from.finish_line();
}

std::string BooleanType::schema_text(const bool& value) const {
  if (schema_name() == types::bit.schema_name()) return value ? "on" : "off";
  return value ? "true" : "false";
}

template <typename T>
void PositiveType<T>::read_typed(ValueReader& from, T& value) const {
  const Token token = from.next();
  if (!token.is_word() && !token.is(Token::Kind::number)) {
    if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::close)) from.unget(token);
    fail(token, "expected a positive integer number, " + got(token));
  }
  // The peer cuts what is too large; that can only be a mistake, so it is refused here.
  const auto number = parse_number<T>(whole_part(token.text));
  if (!number) fail(token, "expected a positive integer number, got: " + printable(token.text));
  value = *number;
  from.finish_line();
}

void IntegerType::read_typed(ValueReader& from, std::int32_t& value) const {
  const Token token = from.next();
  const auto number = parse_number<std::int32_t>(token.text);
  if (!token.is(Token::Kind::number) || !number) {
    if (token.is(Token::Kind::end_of_line) || token.is(Token::Kind::close)) from.unget(token);
    fail(token, "expected an integer number, " + got(token));
  }
  value = *number;
  from.finish_line();
}

void DurationType::read_typed(ValueReader& from, seconds& value) const {
  const Token token = joined_parts(from, "time period");
  const auto duration = parse_duration(token.text);
  if (!duration) fail(token, "expected a time period, got: " + printable(token.text));
  value = *duration;
  from.finish_line();
}

SettingValue DurationType::shown(const seconds& value) const { return PlainText{format_duration(value)}; }

void SizeType::read_typed(ValueReader& from, std::uint64_t& value) const {
  if (unit_ == Unit::size) {
    value = read_size(from).bytes;
    return from.finish_line();
  }
  const Token token = joined_parts(from, "speed");
  const auto speed = parse_speed(token.text);
  if (!speed) fail(token, "expected a speed number, got: " + printable(token.text));
  value = *speed;
  from.finish_line();
}

SettingValue SizeType::shown(const std::uint64_t& value) const {
  return PlainText{unit_ == Unit::size ? format_size(value) : std::to_string(value)};
}

void SmallSizeType::read_typed(ValueReader& from, std::uint32_t& value) const {
  const WrittenSize size = read_size(from);
  if (limit_ != 0 && size.bytes > limit_) {
    fail(size.token, fmt::format("Maximum Block Size configured value {} is greater than allowed maximum: {}",
                                 size.bytes, limit_));
  }
  value = static_cast<std::uint32_t>(size.bytes);
  from.finish_line();
}

SettingValue SmallSizeType::shown(const std::uint32_t& value) const { return PlainText{format_size(value)}; }

template class PositiveType<std::uint16_t>;
template class PositiveType<std::uint32_t>;

}  // namespace holdfast::config

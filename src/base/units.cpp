// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/units.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "base/text.h"

namespace holdfast {

namespace {

struct Unit {
  std::string_view word;
  double factor;
};

constexpr std::array duration_units{Unit{"n", 60},          Unit{"seconds", 1},    Unit{"months", 2592000},
                                    Unit{"minutes", 60},    Unit{"mins", 60},      Unit{"hours", 3600},
                                    Unit{"days", 86400},    Unit{"weeks", 604800}, Unit{"quarters", 7862400},
                                    Unit{"years", 31536000}};

constexpr std::array size_units{Unit{"k", 1024.0},
                                Unit{"kb", 1e3},
                                Unit{"m", 1048576.0},
                                Unit{"mb", 1e6},
                                Unit{"g", 1073741824.0},
                                Unit{"gb", 1e9},
                                Unit{"t", 1099511627776.0},
                                Unit{"tb", 1e12},
                                Unit{"p", 1125899906842624.0},
                                Unit{"pb", 1e15},
                                Unit{"e", 1152921504606846976.0},
                                Unit{"eb", 1e18}};

constexpr std::array speed_units{Unit{"k/s", 1024.0}, Unit{"kb/s", 1e3}, Unit{"m/s", 1048576.0},
                                 Unit{"mb/s", 1e6}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_leading_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// Takes a number from the front: decimal with fraction and exponent, or hexadecimal.
std::optional<double> take_number(std::string_view& text) {
  auto format = std::chars_format::general;
  std::string_view digits = text;
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    format = std::chars_format::hex;
    digits.remove_prefix(2);
  }
  if (digits.empty() || digits[0] == '-') return std::nullopt;
  double number = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number, format);
  if (failed != std::errc{} || !std::isfinite(number)) return std::nullopt;
  text = digits.substr(static_cast<std::size_t>(end - digits.data()));
  return number;
}

/// Takes the unit that follows a number; 1 for none, empty for an unknown one.
std::optional<double> take_factor(std::string_view& text, std::span<const Unit> units) {
  std::size_t length = 0;
  while (length < text.size() && !is_digit(text[length]) && !is_blank(text[length])) ++length;
  const std::string_view unit = text.substr(0, length);
  text.remove_prefix(length);
  if (unit.empty()) return 1;
  for (const Unit& known : units) {
    if (equal_ignoring_case(known.word.substr(0, unit.size()), unit)) return known.factor;
  }
  return std::nullopt;
}

/// The sum of the parts; `limit` is the first value that does not fit.
std::optional<double> parse_parts(std::string_view text, std::span<const Unit> units, double limit) {
  double sum = 0;
  text = trim(text);
  do {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    text = without_leading_blanks(text);
    const auto factor = take_factor(text, units);
    if (!factor) return std::nullopt;
    sum += std::trunc(*number * *factor);
    if (!(sum < limit)) return std::nullopt;
    text = without_leading_blanks(text);
  } while (!text.empty());
  return sum;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text, std::span<const Unit> units) {
  // Whole numbers of bytes are exact up to the last bit; a double is not.
  if (const auto whole = parse_number<std::uint64_t>(trim(text))) return whole;
  const auto sum = parse_parts(text, units, 18446744073709551616.0);
  if (!sum) return std::nullopt;
  return static_cast<std::uint64_t>(*sum);
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  text = trim(text);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  const auto sum = parse_parts(text, duration_units, 9.0e18);
  if (!sum) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(*sum);
  return std::chrono::seconds(is_negative ? -whole : whole);
}

std::optional<std::uint64_t> parse_size(std::string_view text) { return parse_bytes(text, size_units); }

std::optional<std::uint64_t> parse_speed(std::string_view text) { return parse_bytes(text, speed_units); }

std::string format_duration(std::chrono::seconds duration) {
  struct Part {
    std::int64_t seconds;
    std::string_view word;
  };
  constexpr std::array parts{Part{31536000, "years"}, Part{2592000, "months"}, Part{604800, "weeks"},
                             Part{86400, "days"},     Part{3600, "hours"},     Part{60, "minutes"},
                             Part{1, "seconds"}};
  std::int64_t left = duration.count();
  if (left < 0) return std::to_string(left);
  if (left == 0) return "0 seconds ";
  std::string text;
  for (const Part& part : parts) {
    if (left >= part.seconds) text += fmt::format("{} {} ", left / part.seconds, part.word);
    left %= part.seconds;
  }
  return text;
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::string_view units = "kmgtpe";
  if (bytes == 0) return "0";
  std::string text;
  for (std::size_t power = units.size(); power > 0; --power) {
    const std::uint64_t count = bytes >> (10 * power);
    if (count > 0) text += fmt::format("{} {} ", count, units[power - 1]);
    bytes &= (std::uint64_t{1} << (10 * power)) - 1;
  }
  if (bytes > 0) return text + std::to_string(bytes);
  text.pop_back();
  return text;
}

}  // namespace holdfast

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdio>
#include <ctime>

#include "base/local_time.h"
#include "catalog/rows.h"

namespace holdfast::catalog {

std::string to_text(Moment moment) { return local_time(moment, "%Y-%m-%d %H:%M:%S"); }

std::optional<Moment> parse_moment(std::string_view text) {
  constexpr std::string_view pattern = "0000-00-00 00:00:00";
  if (text.size() != pattern.size()) return std::nullopt;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == '0' ? !is_digit : text[i] != pattern[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char digit : text.substr(from, count)) value = value * 10 + (digit - '0');
    return value;
  };
  std::tm local{};
  local.tm_year = number(0, 4) - 1900;
  local.tm_mon = number(5, 2) - 1;
  local.tm_mday = number(8, 2);
  local.tm_hour = number(11, 2);
  local.tm_min = number(14, 2);
  local.tm_sec = number(17, 2);
  local.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&local);
  if (seconds == -1) return std::nullopt;
  return Moment(std::chrono::seconds(seconds));
}

}  // namespace holdfast::catalog

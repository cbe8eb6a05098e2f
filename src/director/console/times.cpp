// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/times.h"

#include <fmt/core.h>

#include <array>
#include <ctime>

#include "base/local_time.h"
#include "base/text.h"

namespace holdfast::director::console {
namespace {

struct TimeUnit {
  std::int64_t seconds;
  std::string_view name;
};

constexpr std::array<TimeUnit, 5> units{{
    {365 * 86400, "year"},
    {30 * 86400, "month"},
    {86400, "day"},
    {3600, "hour"},
    {60, "min"},
}};

/// Reads numbers with these separators before each but the first; how many were there, or nothing for
/// anything else.
struct DateParts {
  std::array<int, 6> values{0, 1, 1, 0, 0, 0};
  std::size_t count = 0;
};

std::optional<DateParts> parse_parts(std::string_view text) {
  constexpr std::string_view separators = "-- ::";
  constexpr std::array<std::size_t, 6> widths{4, 2, 2, 2, 2, 2};
  DateParts parts;
  text = trim(text);
  while (parts.count < widths.size() && !text.empty()) {
    if (parts.count > 0) {
      if (text[0] != separators[parts.count - 1]) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number<int>(text.substr(0, digits));
    if (!number || digits > widths[parts.count]) return std::nullopt;
    parts.values[parts.count++] = *number;
    text.remove_prefix(digits);
  }
  if (!text.empty() || parts.count == 0) return std::nullopt;
  return parts;
}

std::optional<std::int64_t> to_seconds(const DateParts& parts) {
  const auto& [year, month, day, hour, minute, second] = parts.values;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
      second > 59)
    return std::nullopt;
  std::tm fields{};
  fields.tm_year = year - 1900;
  fields.tm_mon = month - 1;
  fields.tm_mday = day;
  fields.tm_hour = hour;
  fields.tm_min = minute;
  fields.tm_sec = second;
  fields.tm_isdst = -1;
  const std::time_t time = std::mktime(&fields);
  if (time == static_cast<std::time_t>(-1) || fields.tm_mday != day) return std::nullopt;
  return time;
}

}  // namespace

std::string format_time(std::int64_t time, const char* format) {
  return local_time(from_unix_seconds(time), format);
}

std::string short_time(std::int64_t time) { return holdfast::short_time(from_unix_seconds(time)); }
std::string week_day_time(std::int64_t time) { return format_time(time, "%a %d-%b-%Y %H:%M"); }
std::string standard_time(std::int64_t time) { return format_time(time, "%Y-%m-%d %H:%M:%S"); }

std::optional<std::int64_t> parse_short_time(std::string_view text) {
  const auto parts = parse_parts(text);
  return parts ? to_seconds(*parts) : std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  const auto parts = parse_parts(text);
  return parts && parts->count == 6 ? to_seconds(*parts) : std::nullopt;
}

std::string duration_text(std::int64_t seconds) {
  if (seconds == 0) return "0 secs";
  std::string text;
  for (const TimeUnit& unit : units) {
    const std::int64_t count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (count > 0) text += fmt::format("{} {}{} ", count, unit.name, count > 1 ? "s" : "");
  }
  if (seconds > 0) text += fmt::format("{} sec{}", seconds, seconds > 1 ? "s" : "");
  return text;
}

}  // namespace holdfast::director::console

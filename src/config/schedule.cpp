// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/schedule.h"

namespace holdfast::config {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

bool is_in_last_week(year_month_day day) {
  const year_month_day last{day.year() / day.month() / std::chrono::last};
  return static_cast<unsigned>(day.day()) + 7 > static_cast<unsigned>(last.day());
}

/// The Monday of the week that holds 4 January.
local_days first_monday(std::chrono::year year) {
  const local_days fourth{year / std::chrono::January / 4};
  return fourth - (std::chrono::weekday(fourth) - std::chrono::Monday);
}

}  // namespace

RunTimes::RunTimes() {
  hours.set();
  month_days.set();
  week_days.set();
  months.set();
  month_weeks.set();
  year_weeks.set();
}

bool RunTimes::includes(year_month_day day) const {
  const unsigned of_month = static_cast<unsigned>(day.day()) - 1;
  return months.test(static_cast<unsigned>(day.month()) - 1) && month_days.test(of_month) &&
         week_days.test(std::chrono::weekday(local_days(day)).c_encoding()) &&
         (month_weeks.test(of_month / 7) || (last_week && is_in_last_week(day))) &&
         year_weeks.test(week_of_year(day));
}

std::optional<LocalMinute> next_run(const RunTimes& times, LocalMinute now, unsigned days_ahead) {
  const local_days today = std::chrono::floor<days>(now);
  auto hour = static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(now - today).count());
  for (unsigned ahead = 0; ahead <= days_ahead; ++ahead, hour = 0) {
    const local_days day = today + days(ahead);
    if (!times.includes(year_month_day(day))) continue;
    while (hour < times.hours.size() && !times.hours.test(hour)) ++hour;
    if (hour == times.hours.size()) continue;
    return day + std::chrono::hours(hour) + std::chrono::minutes(times.minute);
  }
  return std::nullopt;
}

unsigned week_of_year(year_month_day day) {
  const auto since_first_monday = local_days(day) - first_monday(day.year());
  if (since_first_monday < days(0)) return 0;
  return static_cast<unsigned>(since_first_monday / days(7)) + 1;
}

}  // namespace holdfast::config

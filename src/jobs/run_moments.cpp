// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/run_moments.h"

#include <bit>
#include <ctime>

namespace holdfast::jobs {
namespace {

using config::LocalMinute;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::years;

constexpr years horizon{40};

/// What local time is ahead of UTC.
std::chrono::seconds offset_at(Moment moment) {
  const std::time_t when = moment.time_since_epoch().count();
  std::tm fields{};
  if (localtime_r(&when, &fields) == nullptr) return {};
  return std::chrono::seconds(fields.tm_gmtoff);
}

Moment as_utc(LocalMinute local) { return Moment(local.time_since_epoch()); }

/// The days of a month whose weekday is in the set: a week, rotated to the month's first day, again and again.
std::uint32_t by_week_day(const config::RunTimes& times, local_days first) {
  const unsigned start = std::chrono::weekday(first).c_encoding();
  const auto week = static_cast<std::uint64_t>(times.week_days.to_ulong());
  const std::uint64_t rotated = ((week >> start) | (week << (7 - start))) & 0x7F;
  return static_cast<std::uint32_t>(rotated | rotated << 7 | rotated << 14 | rotated << 21 | rotated << 28);
}

std::uint32_t by_month_week(const config::RunTimes& times, unsigned length) {
  std::uint32_t found = times.last_week ? std::uint32_t{0x7F} << (length - 7) : 0;
  for (unsigned week = 0; week < times.month_weeks.size(); ++week)
    if (times.month_weeks.test(week)) found |= std::uint32_t{0x7F} << (7 * week);
  return found;
}

/// From UTC, where it is the same on all days from `first` to `last`. Clocks are not changed twice within a month.
std::optional<std::chrono::seconds> offset_around(local_days first, local_days last) {
  // Nothing is further from UTC than 26 hours are long.
  const auto before = offset_at(as_utc(first) - hours(26));
  const auto behind = offset_at(as_utc(last) + hours(24 + 26));
  return before == behind ? std::optional(before) : std::nullopt;
}

}  // namespace

Moment moment_of(LocalMinute local) {
  const Moment plain = as_utc(local);
  const auto before = offset_at(plain - days(1));
  const Moment by_old_time = plain - before;
  if (offset_at(by_old_time) == before) return by_old_time;
  const Moment by_new_time = plain - offset_at(plain + days(1));
  const bool exists = by_new_time + offset_at(by_new_time) == plain;
  return exists ? by_new_time : by_old_time;
}

std::uint32_t days_in_month(const config::RunTimes& times, std::chrono::year_month month) {
  if (!times.months.test(static_cast<unsigned>(month.month()) - 1)) return 0;
  const auto last = static_cast<unsigned>((month / std::chrono::last).day());
  const auto all = static_cast<std::uint32_t>((std::uint64_t{1} << last) - 1);
  std::uint32_t found = all & static_cast<std::uint32_t>(times.month_days.to_ulong()) &
                        by_week_day(times, local_days(month / 1)) & by_month_week(times, last);
  if (times.year_weeks.all()) return found;
  for (unsigned day = 1; day <= last; ++day) {
    const std::uint32_t bit = std::uint32_t{1} << (day - 1);
    if ((found & bit) != 0 && !times.year_weeks.test(config::week_of_year(month / std::chrono::day(day))))
      found &= ~bit;
  }
  return found;
}

// A day early: what falls into an hour that was skipped takes place later than the clocks say.
RunMoments::RunMoments(const config::RunTimes& times, Moment after) : times_(&times), after_(after) {
  const auto local = LocalMinute(std::chrono::floor<minutes>((after + offset_at(after)).time_since_epoch()));
  const std::chrono::year_month_day start(std::chrono::floor<days>(local) - days(1));
  enter_month(start.year() / start.month());
  last_month_ = month_ + horizon;
  days_ &= ~((std::uint32_t{1} << (static_cast<unsigned>(start.day()) - 1)) - 1);
}

bool RunMoments::find_day() {
  while (days_ == 0) {
    if (month_ == last_month_) return false;
    enter_month(month_ + std::chrono::months(1));
  }
  const auto number = static_cast<unsigned>(std::countr_zero(days_));
  days_ &= days_ - 1;
  day_ = local_days(month_ / std::chrono::day(number + 1));
  hours_ = static_cast<std::uint32_t>(times_->hours.to_ulong());
  return true;
}

void RunMoments::enter_month(std::chrono::year_month month) {
  month_ = month;
  days_ = days_in_month(*times_, month);
  offset_ =
      days_ == 0 ? std::nullopt : offset_around(local_days(month / 1), local_days(month / std::chrono::last));
}

Moment RunMoments::moment_at(unsigned hour) const {
  const LocalMinute local = day_ + hours(hour) + minutes(times_->minute);
  return offset_ ? as_utc(local) - *offset_ : moment_of(local);
}

std::optional<Moment> RunMoments::next() {
  for (;;) {
    while (hours_ == 0)
      if (!find_day()) return std::nullopt;
    const auto hour = static_cast<unsigned>(std::countr_zero(hours_));
    hours_ &= hours_ - 1;
    const Moment moment = moment_at(hour);
    // Two hours may fall together where one of them was skipped.
    if (moment <= after_) continue;
    after_ = moment;
    return moment;
  }
}

}  // namespace holdfast::jobs

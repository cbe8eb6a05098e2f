// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "catalog/rows.h"
#include "config/schedule.h"

namespace holdfast::jobs {

using catalog::Moment;

/// When the clocks of this place show that time. A time they skip is taken as if they had not been changed yet (2:30
/// in a spring night is 3:30); of a time they show twice it is the first. So a run at a certain time of day takes
/// place once on every day.
Moment moment_of(config::LocalMinute local);

/// The days of a month that are in all sets of the Run, as bits; bit 0 is the 1st.
std::uint32_t days_in_month(const config::RunTimes& times, std::chrono::year_month month);

/// The moments at which a Run takes place, one after the other, each computed from the one before, not searched.
/// Reads the time zone of the process.
class RunMoments {
 public:
  /// Begins with the first one later than `after`.
  RunMoments(const config::RunTimes& times, Moment after);

  /// Empty where there is none within the next 40 years: "on 31 feb" never comes.
  std::optional<Moment> next();

 private:
  void enter_month(std::chrono::year_month month);
  bool find_day();
  Moment moment_at(unsigned hour) const;

  const config::RunTimes* times_;  ///< a pointer, so that sequences can be moved about in a plan
  Moment after_;
  std::chrono::year_month month_;
  std::chrono::year_month last_month_;
  std::uint32_t days_ = 0;   ///< of month_, still to come
  std::uint32_t hours_ = 0;  ///< of day_, still to come
  std::chrono::local_days day_{};
  std::optional<std::chrono::seconds> offset_;  ///< from UTC, where it is the same all around month_
};

}  // namespace holdfast::jobs

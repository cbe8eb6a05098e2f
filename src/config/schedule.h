// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/keywords.h"
#include "config/resource.h"

namespace holdfast::config {

struct Pool;
struct Storage;
struct Messages;

/// When a Run takes place: the days and hours that are in all sets (interop 06, section 7). Every set is
/// full, not empty, until a word restricts it.
struct RunTimes {
  std::bitset<24> hours;
  std::bitset<31> month_days;  ///< bit 0: the 1st
  std::bitset<7> week_days;    ///< bit 0: Sunday
  std::bitset<12> months;      ///< bit 0: January
  std::bitset<5> month_weeks;  ///< bit 0: the days 1 to 7
  bool last_week = false;      ///< or the last seven days of the month
  std::bitset<54> year_weeks;  ///< bit 0: the days before the week that holds 4 January
  unsigned minute = 0;

  RunTimes();

  bool includes(std::chrono::year_month_day day) const;
  bool operator==(const RunTimes&) const = default;
};

/// One Run directive; what is empty or null leaves the Job's setting.
struct ScheduleRun {
  std::optional<JobLevel> level;
  const Pool* pool = nullptr;
  const Pool* full_pool = nullptr;
  const Pool* incremental_pool = nullptr;
  const Pool* differential_pool = nullptr;
  const Pool* next_pool = nullptr;
  const Storage* storage = nullptr;
  const Messages* messages = nullptr;
  std::optional<std::uint32_t> priority;
  std::optional<bool> spool_data;
  std::optional<bool> accurate;
  std::optional<seconds> max_run_sched_time;
  RunTimes times;

  bool operator==(const ScheduleRun&) const = default;
};

struct Schedule : Resource {
  std::vector<ScheduleRun> runs;
  bool enabled = true;
};

using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

/// The next time of a preview: the first matching hour from the current one on, which may lie some minutes
/// before `now` in the current hour. Empty when there is none within the next `days` days.
std::optional<LocalMinute> next_run(const RunTimes& times, LocalMinute now, unsigned days = 3660);

/// "w01" is 1; 0 for the days before that week, 53 for those after week 52, also where ISO 8601 counts them
/// to the next year.
unsigned week_of_year(std::chrono::year_month_day day);

}  // namespace holdfast::config

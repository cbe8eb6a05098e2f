// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "director/console/command.h"

namespace holdfast::director::console {

/// One run of a schedule that lies in a span of time.
struct ScheduledTime {
  std::int64_t when = 0;  ///< Unix seconds
  const config::Schedule* schedule = nullptr;
  const config::ScheduleRun* run = nullptr;
};

/// The runs of enabled schedules that begin from `from` (inclusive) to `to` (exclusive), by time.
std::vector<ScheduledTime> scheduled_times(const Command& command, std::int64_t from, std::int64_t to);

/// The settings with which a job would run at such a time.
struct ScheduledJob {
  ScheduledTime time;
  const config::Job* job = nullptr;
  JobLevel level = JobLevel::none;
  const config::Pool* pool = nullptr;
  const config::Storage* storage = nullptr;
  std::uint32_t priority = 10;
};

/// Enabled jobs with an enabled schedule that this console may see, by time.
std::vector<ScheduledJob> scheduled_jobs(const Command& command, std::int64_t from, std::int64_t to);

/// The pool for a level where the job or the run names one.
const config::Pool* pool_for(const config::Job& job, const config::ScheduleRun* run, JobLevel level);
/// That of a run, else of the job, else of its pool.
const config::Storage* storage_for(const config::Job& job, const config::ScheduleRun* run);

}  // namespace holdfast::director::console

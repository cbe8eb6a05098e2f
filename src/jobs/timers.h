// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "config/director_resources.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// The times a job may take (interop 08, section 10); zero: any.
struct TimeLimits {
  std::chrono::seconds start_delay{};
  std::chrono::seconds run_sched_time{};
  std::chrono::seconds wait_time{};
  std::chrono::seconds run_time{};        ///< of any level
  std::chrono::seconds level_run_time{};  ///< of the level that runs
};

/// Those of a Job; `run_sched_time` may be that of a Run directive.
TimeLimits time_limits(const config::Job& job, JobLevel level, std::chrono::seconds run_sched_time);

/// When a job was set up: by the clock on the wall, and by the one that nobody sets.
struct Made {
  Moment time{};
  Instant instant{};
};

/// That the start time of a job has come.
struct Due {
  Instant seen{};
  std::chrono::seconds late{};  ///< already then, as a run that was missed and is made up for
};

/// A start time is one of the clock on the wall. But it is late only where the time since the job was made has passed too,
/// so that a clock which jumps over it makes no job late.
Due due_now(Moment scheduled, const Made& made, const Clock& clock);

/// Where a job stands in time. Only the clock that nobody sets counts: who sets the other one ends no job, and keeps none
/// running.
struct JobTimes {
  Instant made{};  ///< when it was set up, the first time where it was rescheduled
  std::optional<Due> due{};
  std::optional<Instant> began{};  ///< when it declared itself started
  std::chrono::seconds waited{};
  bool is_waiting = false;
};

/// Statuses in which waiting time is counted.
constexpr bool counts_as_waiting(JobStatus status) {
  switch (status) {
    case JobStatus::waiting_for_client:
    case JobStatus::waiting_for_storage:
    case JobStatus::waiting_for_media:
    case JobStatus::waiting_for_mount:
    case JobStatus::waiting_for_storage_resource:
    case JobStatus::waiting_for_job_resource:
    case JobStatus::waiting_for_client_resource:
    case JobStatus::waiting_for_maximum_jobs:
    case JobStatus::waiting_for_priority: return true;
    default: return false;
  }
}

/// Why a job that is about to run must not, for its log; empty where it may.
std::optional<std::string_view> too_late_to_start(const TimeLimits& limits, const JobTimes& times,
                                                  Instant now);

/// Why a job must be cancelled now, for its log; empty where it need not.
std::optional<std::string_view> out_of_time(const TimeLimits& limits, const JobTimes& times, Instant now);

}  // namespace holdfast::jobs

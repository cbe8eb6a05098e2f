// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

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

/// Where a job stands in time.
struct JobTimes {
  Moment scheduled{};
  Moment created{};               ///< when it was set up, the first time where it was rescheduled
  std::optional<Moment> began{};  ///< when it declared itself started
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
                                                  Moment now);

/// Why a job must be cancelled now, for its log; empty where it need not.
std::optional<std::string_view> out_of_time(const TimeLimits& limits, const JobTimes& times, Moment now);

}  // namespace holdfast::jobs

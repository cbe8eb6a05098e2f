// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/timers.h"

#include <algorithm>

namespace holdfast::jobs {
namespace {

constexpr std::chrono::seconds none{0};

std::chrono::seconds run_time_of(const config::Job& job, JobLevel level) {
  switch (level) {
    case JobLevel::full: return job.full_max_run_time;
    case JobLevel::differential: return job.differential_max_run_time;
    case JobLevel::incremental: return job.incremental_max_run_time;
    default: return none;
  }
}

}  // namespace

TimeLimits time_limits(const config::Job& job, JobLevel level, std::chrono::seconds run_sched_time) {
  return {job.max_start_delay, run_sched_time, job.max_wait_time, job.max_run_time, run_time_of(job, level)};
}

Due due_now(Moment scheduled, const Made& made, const Clock& clock) {
  const Instant instant = clock.instant();
  const auto by_the_wall = std::chrono::floor<std::chrono::seconds>(clock.now()) - scheduled;
  const auto passed =
      std::chrono::floor<std::chrono::seconds>(instant - made.instant) - (scheduled - made.time);
  return {instant, std::max(none, std::min(by_the_wall, passed))};
}

std::optional<std::string_view> too_late_to_start(const TimeLimits& limits, const JobTimes& times,
                                                  Instant now) {
  if (limits.start_delay > none && times.due &&
      times.due->late + (now - times.due->seen) > limits.start_delay)
    return "Job canceled because max start delay time exceeded.\n";
  if (limits.run_sched_time > none && now - times.made >= limits.run_sched_time)
    return "Job canceled because max run sched time exceeded.\n";
  return std::nullopt;
}

std::optional<std::string_view> out_of_time(const TimeLimits& limits, const JobTimes& times, Instant now) {
  if (limits.run_sched_time > none && now - times.made >= limits.run_sched_time)
    return "Max run sched time exceeded. Job canceled.\n";
  if (limits.wait_time > none && times.is_waiting && times.waited >= limits.wait_time)
    return "Max wait time exceeded. Job canceled.\n";
  for (const auto limit : {limits.level_run_time, limits.run_time})
    if (limit > none && times.began && now - *times.began >= limit)
      return "Max run time exceeded. Job canceled.\n";
  return std::nullopt;
}

}  // namespace holdfast::jobs

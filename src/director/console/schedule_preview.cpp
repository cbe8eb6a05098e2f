// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/schedule_preview.h"

#include <algorithm>
#include <ctime>

#include "jobs/run_moments.h"

namespace holdfast::director::console {
namespace {

jobs::Moment moment(std::int64_t time) { return jobs::Moment(std::chrono::seconds(time)); }

/// When the hour began that the clocks show then.
jobs::Moment start_of_hour(std::int64_t time) {
  std::tm fields{};
  const auto when = static_cast<std::time_t>(time);
  if (localtime_r(&when, &fields) == nullptr) return moment(time);
  return moment(time - fields.tm_min * 60 - fields.tm_sec);
}

}  // namespace

std::vector<ScheduledTime> scheduled_times(const Command& command, std::int64_t from, std::int64_t to) {
  std::vector<ScheduledTime> found;
  // The peer goes from hour to hour: the one in which the end lies does not count.
  const jobs::Moment end = start_of_hour(to);
  for (const config::Schedule& schedule : command.config().schedules) {
    if (!command.services.is_enabled(Toggled::schedule, schedule.name)) continue;
    for (const config::ScheduleRun& run : schedule.runs) {
      jobs::RunMoments moments(run.times, moment(from - 1));
      for (auto when = moments.next(); when && *when < end; when = moments.next())
        found.push_back({when->time_since_epoch().count(), &schedule, &run});
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.when < b.when; });
  return found;
}

const config::Pool* pool_for(const config::Job& job, const config::ScheduleRun* run, JobLevel level) {
  const auto of_level = [level](const config::Pool* full, const config::Pool* incremental,
                                const config::Pool* differential) -> const config::Pool* {
    switch (level) {
      case JobLevel::full: return full;
      case JobLevel::incremental: return incremental;
      case JobLevel::differential: return differential;
      default: return nullptr;
    }
  };
  if (run) {
    if (const auto* pool = of_level(run->full_pool, run->incremental_pool, run->differential_pool))
      return pool;
    if (run->pool) return run->pool;
  }
  if (const auto* pool =
          of_level(job.full_backup_pool, job.incremental_backup_pool, job.differential_backup_pool))
    return pool;
  if (level == JobLevel::virtual_full && job.virtual_full_backup_pool) return job.virtual_full_backup_pool;
  return job.pool;
}

const config::Storage* storage_for(const config::Job& job, const config::ScheduleRun* run) {
  if (run && run->storage) return run->storage;
  if (!job.storages.empty()) return job.storages.front();
  return job.pool && !job.pool->storages.empty() ? job.pool->storages.front() : nullptr;
}

std::vector<ScheduledJob> scheduled_jobs(const Command& command, std::int64_t from, std::int64_t to) {
  std::vector<ScheduledJob> found;
  for (const ScheduledTime& time : scheduled_times(command, from, to)) {
    for (const config::Job& job : command.config().jobs) {
      if (job.schedule != time.schedule || !command.services.is_enabled(Toggled::job, job.name) ||
          !command.access.allows(Acl::job, job.name))
        continue;
      const JobLevel level = time.run->level.value_or(job.level);
      found.push_back({time, &job, level, pool_for(job, time.run, level), storage_for(job, time.run),
                       time.run->priority.value_or(job.priority)});
    }
  }
  return found;
}

}  // namespace holdfast::director::console

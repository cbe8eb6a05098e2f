// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/schedule_preview.h"

#include <algorithm>
#include <ctime>

namespace holdfast::director::console {
namespace {

constexpr std::int64_t hour = 3600;

/// Whether a schedule runs within the local hour that begins at `time`, and when.
std::optional<std::int64_t> time_in_hour(const config::RunTimes& times, std::int64_t time) {
  const auto seconds = static_cast<std::time_t>(time);
  std::tm fields{};
  if (!localtime_r(&seconds, &fields)) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(fields.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(fields.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(fields.tm_mday))};
  if (!times.hours.test(static_cast<std::size_t>(fields.tm_hour)) || !times.includes(day))
    return std::nullopt;
  return time - fields.tm_min * 60 - fields.tm_sec + static_cast<std::int64_t>(times.minute) * 60;
}

}  // namespace

std::vector<ScheduledTime> scheduled_times(const Command& command, std::int64_t from, std::int64_t to) {
  std::vector<ScheduledTime> found;
  for (const config::Schedule& schedule : command.config().schedules) {
    if (!command.services.is_enabled(Toggled::schedule, schedule.name)) continue;
    for (const config::ScheduleRun& run : schedule.runs) {
      // From hour to hour, as the peer looks ahead: an hour counts when its step lies before the end.
      for (std::int64_t time = from; time < to; time += hour) {
        const auto when = time_in_hour(run.times, time);
        if (when && *when >= from) found.push_back({*when, &schedule, &run});
      }
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

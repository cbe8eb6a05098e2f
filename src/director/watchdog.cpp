// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/watchdog.h"

#include <set>

#include "base/wait.h"
#include "jobs/timers.h"

namespace holdfast::director {
namespace {

constexpr std::chrono::seconds interval{60};

jobs::TimeLimits limits_of(const ActiveJob& job) {
  return jobs::time_limits(*job.plan.resource, job.level, job.plan.max_run_sched_time);
}

jobs::JobTimes times_of(const ActiveJob& job) {
  jobs::JobTimes times;
  times.made = job.plan.made.instant;
  return times;
}

/// What the Storage Daemon waits for, the job waits for too.
bool is_waiting(const ActiveJob::State& state) {
  if (jobs::counts_as_waiting(state.status)) return true;
  return state.status == JobStatus::running && state.storage_status &&
         (*state.storage_status == JobStatus::waiting_for_media ||
          *state.storage_status == JobStatus::waiting_for_mount);
}

}  // namespace

Watchdog::Watchdog(const Clock& clock, Jobs jobs, Cancel cancel)
    : clock_(clock), jobs_(std::move(jobs)), cancel_(std::move(cancel)) {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (pause_for(interval, stop)) look();
  });
}

void Watchdog::look() {
  const Instant now = clock_.instant();
  const auto jobs = jobs_();
  waits_.with([&](Waits& waits) {
    std::set<JobId> known;
    for (const auto& job : jobs) {
      known.insert(job->id);
      const auto [at, is_new] = waits.try_emplace(job->id);
      if (is_new) at->second.looked = now;
      check(*job, at->second, now);
    }
    std::erase_if(waits, [&](const auto& item) { return !known.contains(item.first); });
  });
}

void Watchdog::check(ActiveJob& job, Wait& wait, Instant now) {
  if (job.is_cancelled()) return;
  const auto state = job.state.read([](const ActiveJob::State& s) { return s; });
  jobs::JobTimes times = times_of(job);
  times.began = state.began;
  times.is_waiting = is_waiting(state);
  if (times.is_waiting && wait.was_waiting) wait.so_far += now - wait.looked;
  wait.was_waiting = times.is_waiting;
  wait.looked = now;
  times.waited = std::chrono::floor<seconds>(wait.so_far);
  const auto reason = jobs::out_of_time(limits_of(job), times, now);
  if (!reason) return;
  job.set_status(JobStatus::cancelled);
  job.log->add(MessageType::fatal, *reason);
  cancel_(job);
}

std::optional<std::string_view> too_late_to_start(const ActiveJob& job, Instant now) {
  jobs::JobTimes times = times_of(job);
  times.due = job.due;
  return jobs::too_late_to_start(limits_of(job), times, now);
}

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_retention.h"

#include <algorithm>

#include "base/error.h"
#include "jobs/quota.h"
#include "jobs/retention.h"
#include "jobs/texts.h"

namespace holdfast::director {
namespace {

Moment now_of(const Clock& clock) { return std::chrono::floor<std::chrono::seconds>(clock.now()); }

/// Fatal messages end the job, all others are logged.
jobs::Tell tell_job(ActiveJob& job) {
  return [&job](MessageType type, std::string_view text) {
    if (type == MessageType::fatal)
      job.fail(std::string(text));
    else
      job.log->add(type, text);
  };
}

jobs::QuotaWatch watch_of(const ActiveJob& job, catalog::Catalog& catalog, jobs::Tell tell) {
  return {catalog.quotas(), jobs::quota_limits(*job.plan.client), job.row.client, job.id, std::move(tell)};
}

bool has_quota(const ActiveJob& job) {
  return job.plan.client != nullptr && jobs::quota_limits(*job.plan.client).is_limited();
}

}  // namespace

bool is_within_quota(ActiveJob& job, catalog::Catalog& catalog, const JobSurroundings& surroundings) {
  if (!has_quota(job)) return true;
  auto watch = watch_of(job, catalog, tell_job(job));
  const Moment now = now_of(surroundings.clock);
  if (watch.check_before(now) == jobs::QuotaWatch::Verdict::refused) return false;
  // 0 would mean "no limit" to the Storage Daemon.
  if (const auto left = watch.remaining(now)) job.quota_left = std::max<std::uint64_t>(*left, 1);
  return true;
}

void check_quota_after(ActiveJob& job, std::uint64_t bytes, catalog::Catalog& catalog,
                       const JobSurroundings& surroundings) {
  if (has_quota(job)) watch_of(job, catalog, tell_job(job)).check_after(now_of(surroundings.clock), bytes);
}

void add_quota(jobs::JobReport& report, const ActiveJob& job, catalog::Catalog& catalog,
               const JobSurroundings& surroundings) {
  if (!has_quota(job)) return;
  const jobs::QuotaLimits limits = jobs::quota_limits(*job.plan.client);
  const auto state =
      watch_of(job, catalog, [](MessageType, std::string_view) {}).state(now_of(surroundings.clock));
  jobs::QuotaReport& quota = report.quota.emplace();
  quota.used = state.used + job.row.bytes;
  quota.burst = state.burst;
  quota.soft = limits.soft;
  quota.hard = limits.hard;
  if (state.grace_time != 0) quota.grace_ends = Moment(std::chrono::seconds(state.grace_time)) + limits.grace;
}

void prune_after(ActiveJob& job, catalog::Catalog& catalog, const JobSurroundings& surroundings) {
  const JobPlan& plan = job.plan;
  if (plan.client == nullptr || !jobs::is_good(job.row.status)) return;
  try {
    const auto wanted =
        jobs::auto_prune_of(catalog, *plan.resource, *plan.client, plan.pool.resource, job.row.client);
    jobs::auto_prune(catalog, wanted, hold_rules(*plan.configuration, catalog),
                     now_of(surroundings.volumes.retention_clock), tell_job(job));
  } catch (const Error& error) {
    job.log->add(
        MessageType::error,
        fmt::format("Pruning was interrupted and goes on after the next job: {}\n", error.message()));
  }
}

}  // namespace holdfast::director

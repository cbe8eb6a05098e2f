// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/quota.h"

#include <algorithm>

namespace holdfast::jobs {
namespace {

using catalog::Moment;
using catalog::QuotaRow;
using Verdict = QuotaWatch::Verdict;

constexpr auto tolerance = std::chrono::seconds(5);

}  // namespace

QuotaLimits quota_limits(const config::Client& client) {
  return {client.hard_quota,
          client.soft_quota,
          client.soft_quota_grace_period,
          client.strict_quotas,
          client.quota_include_failed_jobs,
          client.job_retention};
}

std::uint64_t QuotaWatch::used(Moment now) {
  using Counted = catalog::QuotaCatalog::Counted;
  return catalog_.used_bytes(client_, now - limits_.job_retention - tolerance,
                             limits_.counts_failed_jobs ? Counted::all_jobs : Counted::only_good, job_);
}

Verdict QuotaWatch::check_before(Moment now) {
  if (!limits_.is_limited()) return Verdict::allowed;
  if (limits_.hard > 0 && used(now) > limits_.hard) {
    tell_(MessageType::fatal, "Quota Exceeded. Job terminated.\n");
    return Verdict::refused;
  }
  if (check_soft(now, 0) == Verdict::allowed) return Verdict::allowed;
  tell_(MessageType::fatal, "Soft Quota exceeded / Grace Time expired. Job terminated.\n");
  return Verdict::refused;
}

void QuotaWatch::check_after(Moment now, std::uint64_t job_bytes) {
  if (limits_.is_limited()) check_soft(now, job_bytes);
}

Verdict QuotaWatch::check_soft(Moment now, std::uint64_t job_bytes) {
  if (limits_.soft == 0 || limits_.grace.count() == 0) return Verdict::allowed;
  if (!limits_.counts_failed_jobs) tell_(MessageType::info, "Quota does NOT include Failed Jobs\n");
  QuotaRow row = catalog_.get_or_create(client_);
  const std::uint64_t used_now = used(now) + job_bytes;
  if (used_now > limits_.soft) return check_exceeded(now, used_now, row);
  if (row.grace_time != 0) {
    catalog_.update({client_, 0, 0});
    tell_(MessageType::info, "Soft Quota reset, Grace Period ends now.\n");
  }
  return Verdict::allowed;
}

bool QuotaWatch::grace_is_over(const QuotaRow& row, Moment now) const {
  return row.grace_time != 0 && now.time_since_epoch().count() - row.grace_time > limits_.grace.count();
}

Verdict QuotaWatch::check_exceeded(Moment now, std::uint64_t used, QuotaRow& row) {
  if (row.grace_time == 0) {
    row.grace_time = now.time_since_epoch().count();
    catalog_.update(row);
    tell_(MessageType::error, "Softquota Exceeded, Grace Period starts now.\n");
    return Verdict::allowed;
  }
  if (!grace_is_over(row, now)) {
    tell_(MessageType::error, "Softquota Exceeded, will be enforced after Grace Period expires.\n");
    return Verdict::allowed;
  }
  if (row.limit == 0) {
    row.limit = used;
    catalog_.update(row);
    tell_(MessageType::warning, "Softquota Exceeded and Grace Period expired.\n");
    tell_(MessageType::info, fmt::format("Setting Burst Quota to {} Bytes.\n", used));
    return Verdict::refused;
  }
  if (limits_.strict) return Verdict::refused;
  if (used < row.limit) return Verdict::allowed;
  tell_(MessageType::error, "Soft Quota exceeded, enforcing Burst Quota Limit.\n");
  return Verdict::refused;
}

std::optional<std::uint64_t> QuotaWatch::remaining(Moment now) {
  if (!limits_.is_limited()) return std::nullopt;
  const QuotaRow row = catalog_.get_or_create(client_);
  std::uint64_t limit = limits_.hard;
  if (limits_.soft > 0 && limits_.grace.count() > 0 && grace_is_over(row, now))
    limit = limits_.strict ? limits_.soft : std::max(row.limit, limits_.soft);
  if (limit == 0) return std::nullopt;
  const std::uint64_t used_now = used(now);
  return used_now >= limit ? 0 : limit - used_now;
}

QuotaState QuotaWatch::state(Moment now) {
  const QuotaRow row = catalog_.get_or_create(client_);
  return {used(now), row.limit, row.grace_time};
}

}  // namespace holdfast::jobs

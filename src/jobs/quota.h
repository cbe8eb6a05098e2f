// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>

#include "catalog/retention_catalog.h"
#include "config/director_resources.h"
#include "jobs/tell.h"

namespace holdfast::jobs {

/// What a client may store (interop 08, section 19.6). 0 is no limit.
struct QuotaLimits {
  std::uint64_t hard = 0;
  std::uint64_t soft = 0;
  std::chrono::seconds grace{};
  bool strict = false;
  bool counts_failed_jobs = true;
  std::chrono::seconds job_retention{};

  bool is_limited() const { return hard > 0 || soft > 0; }
};
QuotaLimits quota_limits(const config::Client& client);

/// What the report tells about the quota of a client.
struct QuotaState {
  std::uint64_t used = 0;
  std::uint64_t burst = 0;      ///< limit in force after the grace period; 0: none
  std::int64_t grace_time = 0;  ///< Unix seconds when the soft limit was first exceeded; 0: it is not
};

/// Watches the quota of one client around one job.
class QuotaWatch {
 public:
  QuotaWatch(catalog::QuotaCatalog& catalog, QuotaLimits limits, ClientId client, JobId job, Tell tell)
      : catalog_(catalog), limits_(limits), client_(client), job_(job), tell_(std::move(tell)) {}

  enum class Verdict { allowed, refused };
  /// Before the job: both limits. What is refused is logged as fatal.
  Verdict check_before(catalog::Moment now);
  /// After it: the soft limit, with the bytes of this job.
  void check_after(catalog::Moment now, std::uint64_t job_bytes);

  /// Bytes that may still be written; what the Storage Daemon is told. Empty: no limit applies.
  std::optional<std::uint64_t> remaining(catalog::Moment now);
  QuotaState state(catalog::Moment now);

 private:
  std::uint64_t used(catalog::Moment now);
  Verdict check_soft(catalog::Moment now, std::uint64_t job_bytes);
  Verdict check_exceeded(catalog::Moment now, std::uint64_t used, catalog::QuotaRow& row);
  bool grace_is_over(const catalog::QuotaRow& row, catalog::Moment now) const;

  catalog::QuotaCatalog& catalog_;
  QuotaLimits limits_;
  ClientId client_;
  JobId job_;
  Tell tell_;
};

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/active_job.h"
#include "director/job_runner.h"
#include "jobs/report.h"

// Quotas around a job and pruning behind it: what src/jobs decides, with the resources of the job.
namespace holdfast::director {

/// Checks the quotas of the client before a backup, and notes in the job what may still be written. False where the
/// job may not run; it has failed then, and the log says why.
bool is_within_quota(ActiveJob& job, catalog::Catalog& catalog, const JobSurroundings& surroundings);

/// Checks the soft quota behind a backup that wrote so much.
void check_quota_after(ActiveJob& job, std::uint64_t bytes, catalog::Catalog& catalog,
                       const JobSurroundings& surroundings);

/// The lines about quotas, for clients that have one.
void add_quota(jobs::JobReport& report, const ActiveJob& job, catalog::Catalog& catalog,
               const JobSurroundings& surroundings);

/// Prunes what Job and Client want pruned when a job has ended well. What fails is a message: the job itself is done.
void prune_after(ActiveJob& job, catalog::Catalog& catalog, const JobSurroundings& surroundings);

}  // namespace holdfast::director

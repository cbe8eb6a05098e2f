// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// Copy and migrate jobs (interop 08, section 18): one without a JobId selects jobs and starts a job for each of
/// them; that one makes a new job of the one it was given.
JobOutcome run_copy(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

/// Runs what reads and writes, on one Storage Daemon, with this bootstrap. The files of the catalog are complete when
/// it returns.
JobOutcome run_between_volumes(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog,
                               const format::Bootstrap& bootstrap, std::string_view what);

/// Ends the row of the job that was to be made, where that is not done: the copy was cancelled before it ran.
void abandon_result(const JobPlan& plan, const catalog::JobRow& ended, catalog::Catalog& catalog);

}  // namespace holdfast::director

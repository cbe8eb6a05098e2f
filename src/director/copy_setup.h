// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/active_job.h"
#include "director/job_setup.h"

namespace holdfast::director {

/// The part of setting up a job that jobs which read volumes and write others have. They complete plan and row.
/// A virtual Full: `plan` has pool and storage of the job, which become those read from.
void prepare_virtual_full(JobPlan& plan, catalog::JobRow& row, catalog::Catalog& catalog);

/// A copy or migrate job: one that selects jobs, or, where the request names a JobId, one that works on that job,
/// for which the row of the result is created. `log` has the JobId.
void prepare_copy(JobPlan& plan, catalog::JobRow& row, catalog::Catalog& catalog, JobLog& log,
                  SetupSurroundings& surroundings);

}  // namespace holdfast::director

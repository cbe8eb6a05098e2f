// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// Copies or migrates from one Storage Daemon to another (interop 03, section 6.3): the one that reads gets the job
/// itself, the one that writes the job that is made.
JobOutcome run_replication(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

}  // namespace holdfast::director

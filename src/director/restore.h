// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// The conversations of a restore (interop 08, section 19.2; interop 03, section 19). Errors are in the job's
/// log and status.
JobOutcome run_restore(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

}  // namespace holdfast::director

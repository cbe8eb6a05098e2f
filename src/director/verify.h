// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// The conversations of a verify job of any level (interop 08, section 19.1). Errors and differences are in the job's log
/// and status.
JobOutcome run_verify(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

}  // namespace holdfast::director

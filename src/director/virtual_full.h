// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// Makes a backup of others: of the jobs named in the request, or of those that hold what the client has (interop 08,
/// section 17.1).
JobOutcome run_virtual_full(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// Looks at every always-incremental Job and starts a virtual Full where jobs are old enough to become one (interop
/// 08, section 17.2).
JobOutcome run_consolidate(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

}  // namespace holdfast::director

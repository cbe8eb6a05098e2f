// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/job_end.h"

namespace holdfast::director {

/// Admin and archive jobs talk to nobody: they are there for their scripts (interop 08, section 19.4).
JobOutcome run_admin(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog);

}  // namespace holdfast::director

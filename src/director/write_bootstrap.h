// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/active_job.h"

namespace holdfast::director {

/// WriteBootstrap (interop 08, section 19.7): after a good backup with data, what a later restore without a
/// catalog needs. A failure is a warning in the job's log.
void write_bootstrap(ActiveJob& job, catalog::Catalog& catalog);

}  // namespace holdfast::director

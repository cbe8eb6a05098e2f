// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"
#include "config/director_resources.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// Whether a job with Run On Incoming Connect Interval runs, now that its client has connected (interop 08, section 6):
/// it never ran well, or its last start is older than the interval. A run that waits counts as one that starts now.
bool is_due_on_connect(catalog::Catalog& catalog, const config::Job& job, Moment now);

}  // namespace holdfast::jobs

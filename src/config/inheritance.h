// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/director_resources.h"

namespace holdfast::config {

/// Gives every JobDefs, then every Job, what the JobDefs it names has and it lacks (interop 06, section 11). In a chain
/// each JobDefs takes over in the order of definition.
void inherit_job_defs(DirectorConfiguration& configuration);

}  // namespace holdfast::config

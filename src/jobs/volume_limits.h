// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/rows.h"
#include "jobs/tell.h"

namespace holdfast::jobs {

/// Marks an appendable volume Full or Used where it has reached one of its limits (interop 08, section 13.2), and says
/// so. Changes only the row in hand; true where it is no longer appendable.
bool expire(catalog::VolumeRow& row, catalog::Moment now, const Tell& tell);

}  // namespace holdfast::jobs

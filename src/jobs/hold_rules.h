// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"
#include "config/director_resources.h"
#include "jobs/holds.h"

namespace holdfast::jobs {

/// The pools of this configuration that may lose the last Full, by their rows in the catalog.
HoldRules hold_rules(const config::DirectorConfiguration& configuration, catalog::Catalog& catalog);

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"
#include "director/client_side.h"

namespace holdfast::director {

/// Whether a backup of that level is given the list of what was saved before (interop 08, section 4).
bool wants_accurate_list(const JobPlan& plan, JobLevel level);

/// Streams the list from the catalog to the client, and tells how much it was. `row` names level, client and FileSet.
/// Throws Error{not_found} where there is no Full to compare with.
void send_accurate_list(ClientSide& client, const JobPlan& plan, const catalog::JobRow& row,
                        catalog::Catalog& catalog, const Clock& clock,
                        const std::function<void(std::string_view)>& tell);

}  // namespace holdfast::director

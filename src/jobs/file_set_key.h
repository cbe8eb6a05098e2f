// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "catalog/catalog.h"
#include "config/file_set.h"

namespace holdfast::jobs {

/// The 22 characters by which the catalog tells one content of a FileSet from another (interop 08, section
/// 3.1). Another value makes the next job a Full.
std::string file_set_key(const config::FileSet& file_set);

/// The row of that content, created at `now` where there is none; with IgnoreFileSetChanges the newest of that name.
catalog::FileSetRow file_set_row(catalog::FileSetCatalog& catalog, const config::FileSet& file_set,
                                 catalog::Moment now);

}  // namespace holdfast::jobs

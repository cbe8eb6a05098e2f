// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"
#include "director/active_job.h"
#include "wire/director_to_client.h"

namespace holdfast::director {

/// Whether the restore is to delete what is not in the backup (docs/adr/0412).
bool deletes_leftovers(const JobPlan& plan);

/// The FileSet that tells which files the restored backup is about. Throws Error{invalid} where what it does not hold
/// may be something else than files made since.
const config::FileSet& fileset_of_restored(const JobPlan& plan, const wire::RestoreCommand& command,
                                           catalog::Catalog& catalog);

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// The result of a copy or migration counts as if it were the job it was made of: its times.
void take_times(catalog::JobRow& result, const catalog::JobRow& source, catalog::Moment now);

/// Whether a job is gone when it has been migrated (PurgeMigrationJob), or only its files are.
enum class Migrated { stays, is_purged };

/// Finishes the row of the result, and says what becomes of the source (interop 08, section 18.2); nothing, where the
/// result is not good. `type`: copy or migrate.
void settle_copy(catalog::Catalog& catalog, JobType type, const catalog::JobRow& result, JobId source,
                 Migrated migrated);

}  // namespace holdfast::jobs

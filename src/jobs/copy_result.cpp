// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/copy_result.h"

#include <array>

#include "catalog/copy_catalog.h"
#include "catalog/retention_catalog.h"

namespace holdfast::jobs {

void take_times(catalog::JobRow& result, const catalog::JobRow& source, catalog::Moment now) {
  result.started = source.started;
  result.ended = source.ended;
  result.job_tdate = source.job_tdate;
  result.really_ended = std::max(now, source.ended);
}

void settle_copy(catalog::Catalog& catalog, JobType type, const catalog::JobRow& result, JobId source,
                 Migrated migrated) {
  if (!is_good(result.status)) return catalog.jobs().finish(result);
  if (type == JobType::copy) {
    // Where the source was purged while it was read, nothing but the copy is left: then that is the backup.
    if (!catalog.jobs().find(source)) return catalog.jobs().finish(result);
    return catalog.copies().finish_copy(result, source);
  }
  catalog.copies().finish_migration(result, source);
  const std::array purged{source};
  if (migrated == Migrated::stays) return catalog.retention().purge_files(purged);
  catalog.copies().hand_over_copies(source, result.id);
  catalog.retention().purge_jobs(purged);
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "base/clock.h"
#include "director/active_job.h"
#include "director/catalog_rows.h"
#include "director/late_end.h"
#include "director/lent_catalogs.h"
#include "jobs/unique_names.h"

namespace holdfast::director {

/// What setting up jobs needs. Outlives it.
struct SetupSurroundings {
  const Clock& clock;
  jobs::UniqueNames& names;
  ConsoleMessages& console;
  messages::Outlets& outlets;
  std::function<std::unique_ptr<catalog::Catalog>(const config::Catalog&, Patience)> open_catalog;
  LentCatalogs& log_catalogs;
  /// Takes the end of a job that has a row already and cannot be set up.
  std::function<void(LateEnd)> end_late;
  Patience patience = Patience::as_configured;  ///< of the setup itself
};

/// The source of a restore's storage where nobody chose one.
inline constexpr std::string_view storage_from_bootstrap = "Bootstrap";

/// Makes a job of what was asked for: name, JobId, FileSet row, level, pool, storage (interop 08, section 3).
/// Throws Error where the request lacks something the job cannot do without, or the catalog fails; a row that was created
/// before is given to end_late, as failed.
/// `before`: the job that failed and for which this one is another try; or null.
std::unique_ptr<ActiveJob> set_up_job(const console::RunRequest& request, SetupSurroundings& surroundings,
                                      const ActiveJob* before = nullptr);

/// The request for another try of a job that failed, with what it had: level, pool, storage.
console::RunRequest request_again(const ActiveJob& failed, Moment when);
/// The same job, with the same JobId, for another try at that time. Its row in the catalog says so.
std::unique_ptr<ActiveJob> set_up_again(const ActiveJob& failed, Moment when,
                                        SetupSurroundings& surroundings);

/// The same decisions without creating a job: for an estimate. `row` is filled as that of a job would be, without a
/// JobId.
JobPlan plan_estimate(const console::RunRequest& request, SetupSurroundings& surroundings,
                      catalog::JobRow& row);

}  // namespace holdfast::director

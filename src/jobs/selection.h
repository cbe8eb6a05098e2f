// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "base/job_codes.h"
#include "config/director_resources.h"

namespace holdfast::jobs {

/// A resource, and where it came from, as reports show it: "Job resource", "command line", …
template <typename Resource>
struct Chosen {
  const Resource* resource = nullptr;
  std::string source;
};

enum class Upgraded { no, yes };

/// The pool of a backup (interop 08, section 5): the level's own pool, of the Run directive that starts the job or of
/// the Job, unless `given` on the command line, which an upgrade of the level overrides. `given` without a resource:
/// the Run's, else the Job's. `run` may be null.
Chosen<config::Pool> choose_pool(const config::Job& job, const config::ScheduleRun* run, JobLevel level,
                                 Upgraded upgraded, const Chosen<config::Pool>& given);
inline Chosen<config::Pool> choose_pool(const config::Job& job, JobLevel level, Upgraded upgraded,
                                        const Chosen<config::Pool>& given) {
  return choose_pool(job, nullptr, level, upgraded, given);
}

/// The storage: `given`, else the Run's, the Job's, its Pool's; but the finally chosen pool's storage replaces all of
/// these. No resource where there is none. `run` may be null.
Chosen<config::Storage> choose_storage(const config::Job& job, const config::ScheduleRun* run,
                                       const config::Pool* pool, const Chosen<config::Storage>& given);
inline Chosen<config::Storage> choose_storage(const config::Job& job, const config::Pool* pool,
                                              const Chosen<config::Storage>& given) {
  return choose_storage(job, nullptr, pool, given);
}

/// The catalog: pool's, job's, client's, or the first one.
Chosen<config::Catalog> choose_catalog(const config::DirectorConfiguration& configuration,
                                       const config::Pool* pool, const config::Job& job,
                                       const config::Client* client);

}  // namespace holdfast::jobs

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

/// The pool of a backup (interop 08, section 5): the level's own pool unless `given` on the command line,
/// which an upgrade of the level overrides. `given` without a resource: the Job's.
Chosen<config::Pool> choose_pool(const config::Job& job, JobLevel level, Upgraded upgraded,
                                 const Chosen<config::Pool>& given);

/// The storage: `given`, else the Job's, else its Pool's; but the finally chosen pool's storage replaces all
/// of these. No resource where there is none.
Chosen<config::Storage> choose_storage(const config::Job& job, const config::Pool* pool,
                                       const Chosen<config::Storage>& given);

/// The catalog: pool's, job's, client's, or the first one.
Chosen<config::Catalog> choose_catalog(const config::DirectorConfiguration& configuration,
                                       const config::Pool* pool, const config::Job& job,
                                       const config::Client* client);

}  // namespace holdfast::jobs

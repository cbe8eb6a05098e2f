// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "jobs/counters.h"
#include "jobs/volume_choice.h"

namespace holdfast::jobs {

/// A job that is to write. What it points to outlives the WritePlace that is made of it; `client`, `pool`, `storage` and
/// `catalog_resource` may be null.
struct Writer {
  const config::DirectorConfiguration& configuration;
  const config::Job& resource;
  const config::Client* client = nullptr;
  const config::Pool* pool = nullptr;
  const config::Storage* storage = nullptr;
  const config::Catalog* catalog_resource = nullptr;
  JobId id;
  std::string unique_name;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  PoolId pool_row;
};

/// Where it writes, by what rules, and what new volumes are named after.
WritePlace write_place(const Writer& writer, catalog::Catalog& catalog, CounterMemory& counters,
                       catalog::Moment now);

}  // namespace holdfast::jobs

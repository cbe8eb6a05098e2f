// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "config/director_resources.h"

namespace holdfast::jobs {

/// Which jobs a copy or migrate job takes (interop 08, section 18.1).
struct CopyQuestion {
  JobType type = JobType::copy;  ///< or migrate
  config::SelectionType selection = config::SelectionType::none;
  std::string pattern;
  PoolId pool;  ///< read from
  std::string pool_name;
  catalog::Moment now{};
  // Of the pool.
  std::chrono::seconds migration_time{};
  std::uint64_t high_bytes = 0;
  std::uint64_t low_bytes = 0;
};

/// What a Job that copies or migrates asks of the pool that it reads.
CopyQuestion copy_question(const config::Job& job, const config::Pool& pool, PoolId id, catalog::Moment now);

struct CopySelection {
  std::vector<JobId> jobs;       ///< each once, in the order in which they are copied
  std::vector<std::string> log;  ///< for the operator: why there are none
  std::string failure;           ///< the question makes no sense; there are no jobs then
};

CopySelection select_jobs_to_copy(catalog::Catalog& catalog, const CopyQuestion& question);

/// "The following 2 JobIds were chosen to be copied: 1,4\n".
std::string chosen_text(JobType type, const std::vector<JobId>& jobs);

}  // namespace holdfast::jobs

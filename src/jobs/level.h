// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/job_codes.h"
#include "catalog/catalog.h"
#include "config/director_resources.h"

namespace holdfast::jobs {

/// What the decision about a backup's level depends on.
struct LevelQuestion {
  std::string job_name;  ///< of the Job resource
  ClientId client;
  FileSetId fileset;
  JobLevel requested = JobLevel::incremental;
  std::optional<catalog::Moment> since{};  ///< given on the run command
  catalog::Moment now{};
  std::chrono::seconds max_full_interval{};  ///< 0: no limit, like the others
  std::chrono::seconds max_virtual_full_interval{};
  std::chrono::seconds max_diff_interval{};
  bool rerun_failed_levels = false;
};

/// What is asked about a job with this row, whose level is the one requested.
LevelQuestion level_question(const config::Job& job, const catalog::JobRow& row, catalog::Moment now);

struct LevelDecision {
  JobLevel level = JobLevel::full;
  bool is_upgraded = false;
  catalog::Moment since{};       ///< reference time; none for a Full
  std::string previous_job;      ///< unique name of the job whose start it is
  std::string since_text;        ///< follows the level in the report
  std::vector<std::string> log;  ///< messages of class info
};

/// Interop 08, section 3.2: which level a backup really gets, and since when.
LevelDecision decide_level(catalog::JobCatalog& jobs, const LevelQuestion& question);

}  // namespace holdfast::jobs

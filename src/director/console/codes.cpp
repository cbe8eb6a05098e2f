// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/codes.h"

#include "base/job_words.h"
#include "base/text.h"
#include "config/keywords.h"

namespace holdfast::director::console {

std::optional<JobLevel> find_level(std::string_view name, JobType type) {
  for (const config::LevelOfType& entry : config::levels_of_types())
    if (entry.type == type && equal_ignoring_case(level_keyword(entry.level), name)) return entry.level;
  return std::nullopt;
}

int exit_status(JobStatus status) {
  switch (status) {
    case JobStatus::terminated:
    case JobStatus::warnings: return 0;
    case JobStatus::error: return 1;
    case JobStatus::error_terminated:
    case JobStatus::fatal:
    case JobStatus::cancelled: return 2;
    default: return 3;
  }
}

}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>

#include "config/director_resources.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// What duplicate control knows of a job that waits or runs.
struct KnownJob {
  JobId id;
  const config::Job* resource = nullptr;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  JobStatus status = JobStatus::created;
  bool ignores_duplicates = false;  ///< run with ignoreduplicatecheck=yes
  std::string client{};
  std::string fileset{};
};

/// What becomes of two runs of a Job.
struct DuplicateDecision {
  enum class Cancel { newer, existing } cancel = Cancel::newer;
  JobId existing;
  std::string text;  ///< for the log of the newer one
};

/// Compares a job that was just set up with those that are known already, oldest first (interop 08, section 8). Empty:
/// nothing stands against it.
std::optional<DuplicateDecision> find_duplicate(const KnownJob& job, std::span<const KnownJob> known);

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/duplicates.h"

#include <fmt/core.h>

namespace holdfast::jobs {
namespace {

using Cancel = DuplicateDecision::Cancel;

bool is_consolidation(const KnownJob& job) {
  return job.type == JobType::backup && job.level == JobLevel::virtual_full &&
         job.resource->always_incremental;
}

bool is_queued(JobStatus status) {
  switch (status) {
    case JobStatus::created:
    case JobStatus::waiting_for_job_resource:
    case JobStatus::waiting_for_client_resource:
    case JobStatus::waiting_for_storage_resource:
    case JobStatus::waiting_for_priority:
    case JobStatus::waiting_for_maximum_jobs:
    case JobStatus::waiting_for_start_time: return true;
    default: return false;
  }
}

DuplicateDecision cancel_newer(const KnownJob& existing) {
  return {Cancel::newer, existing.id,
          fmt::format("JobId {} already running. Duplicate job not allowed.\n", existing.id.value)};
}

DuplicateDecision cancel_existing(const KnownJob& existing) {
  return {Cancel::existing, existing.id, fmt::format("Cancelling duplicate JobId={}.\n", existing.id.value)};
}

/// How much a level saves; 0 for those that are not compared.
int weight(JobLevel level) {
  switch (level) {
    case JobLevel::full: return 3;
    case JobLevel::differential: return 2;
    case JobLevel::incremental: return 1;
    default: return 0;
  }
}

/// The one of the lower level goes; nothing for equal ones.
std::optional<DuplicateDecision> by_level(const KnownJob& job, const KnownJob& existing) {
  if (job.type != JobType::backup || existing.type != JobType::backup) return std::nullopt;
  const int newer = weight(job.level), older = weight(existing.level);
  if (newer == 0 || older == 0 || newer == older) return std::nullopt;
  return newer > older ? cancel_existing(existing) : cancel_newer(existing);
}

std::optional<DuplicateDecision> find_consolidation(const KnownJob& job, std::span<const KnownJob> known) {
  for (const KnownJob& other : known) {
    if (other.id == job.id || !is_consolidation(other)) continue;
    if (other.client != job.client || other.fileset != job.fileset) continue;
    return DuplicateDecision{
        Cancel::newer, other.id,
        fmt::format("JobId {} already running. Duplicate consolidation job of Client \"{}\" "
                    "and FileSet \"{}\" not allowed.\n",
                    other.id.value, job.client, job.fileset)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<DuplicateDecision> find_duplicate(const KnownJob& job, std::span<const KnownJob> known) {
  if (is_consolidation(job))
    if (auto found = find_consolidation(job, known)) return found;
  const config::Job& resource = *job.resource;
  if (resource.allow_duplicate_jobs || job.ignores_duplicates) return std::nullopt;
  for (const KnownJob& other : known) {
    if (other.id == job.id || other.ignores_duplicates || other.resource->name != resource.name) continue;
    if (resource.cancel_lower_level_duplicates)
      if (auto decision = by_level(job, other)) return decision;
    if (resource.cancel_queued_duplicates && is_queued(other.status)) return cancel_existing(other);
    if (resource.cancel_running_duplicates) return cancel_existing(other);
    return cancel_newer(other);
  }
  return std::nullopt;
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace holdfast::jobs {

/// Which jobs together hold what a client has (interop 08, section 4).
struct ChainQuestion {
  ClientId client;
  FileSetId fileset;         ///< of the Full, exactly
  std::string fileset_name;  ///< of all others
  /// What asks: a Differential builds on the Full alone, everything else on the whole chain.
  JobLevel level = JobLevel::incremental;
  std::optional<catalog::Moment> before{};  ///< only jobs that started before
  JobType type = JobType::backup;           ///< or archive
  std::uint32_t limit = 0;                  ///< so many of the oldest; 0: all
};

/// The job list of accurate backups, virtual Fulls and consolidation: last Full, last Differential behind it, all
/// Incrementals behind that; by JobTDate. Empty where there is no Full.
std::vector<catalog::JobRow> job_chain(catalog::JobCatalog& jobs, const ChainQuestion& question);

/// Their JobIds, in the same order.
std::vector<JobId> ids_of(const std::vector<catalog::JobRow>& rows);

}  // namespace holdfast::jobs

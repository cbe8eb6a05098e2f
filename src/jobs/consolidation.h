// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "config/director_resources.h"

namespace holdfast::jobs {

/// What an always-incremental Job says about its consolidation (interop 08, section 17.2).
struct ConsolidationQuestion {
  std::string job;  ///< name of the resource, for the log
  catalog::Moment now{};
  std::chrono::seconds job_retention{};
  std::uint32_t keep_number = 0;
  std::chrono::seconds max_full_age{};        ///< 0: a Full is always consolidated
  std::uint32_t max_full_consolidations = 0;  ///< in one run of the consolidate job; 0: unlimited
  std::uint32_t fulls_consolidated = 0;       ///< by this run so far

  /// The chain of section 4, oldest first; only jobs that started before `before`, where that is set.
  std::function<std::vector<catalog::JobRow>(std::optional<catalog::Moment> before)> chain;
};

struct Consolidation {
  std::vector<std::string> log;
  std::vector<JobId> empty;  ///< without files: to be purged
  std::vector<JobId> jobs;   ///< to become one; empty: nothing is to be done
  bool has_full = false;     ///< the Full is among them, which counts
};

Consolidation decide_consolidation(const ConsolidationQuestion& question);

/// The question about `target`, an always-incremental Job with Client and FileSet, on behalf of the Consolidate job
/// `asking`. Uses `catalog` while the answer is sought.
ConsolidationQuestion consolidation_question(catalog::Catalog& catalog, const config::Job& target,
                                             const config::Job& asking, std::uint32_t fulls_consolidated,
                                             catalog::Moment now);

/// "1,4,5"
std::string id_text(const std::vector<JobId>& jobs);

}  // namespace holdfast::jobs

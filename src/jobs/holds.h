// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "catalog/retention_catalog.h"

namespace holdfast::jobs {

// Chain-safe retention (docs/adr/0310): nothing that the newest restorable chain of a client and FileSet needs is
// pruned, purged or reused by anything the Director does by itself.

/// What the configuration says about holding.
struct HoldRules {
  /// Pools with AllowLosingLastFull: their jobs are never held, and no chain relies on them.
  std::set<PoolId> may_lose;
};

/// Why a job is held.
enum class HoldReason {
  newest_full,      ///< it is the Full that a restore begins with
  needed_by_chain,  ///< a Differential or Incremental behind that Full
  base_of_chain,    ///< files of the chain are stored in it (base job)
  newer_unreadable,  ///< it is newer than the newest chain that can be read, but a volume of it cannot be read now
};

/// A job that automatic actions leave alone.
struct Hold {
  JobId job;
  HoldReason reason = HoldReason::newest_full;
  std::string name;    ///< of the Job resource
  std::string client;  ///< name; empty where the catalog does not know it
  std::string fileset;
  PoolId pool;
  JobLevel level = JobLevel::full;
  std::int64_t job_tdate = 0;
  JobId full;  ///< where the chain begins
};

/// The jobs that are held, by JobId. A pure function of the rows, which come ordered by client, FileSet name, JobTDate
/// and JobId. Of each client and FileSet (by name, as restores choose) it holds the newest Full that can be read, the
/// newest readable Differential behind it, and whatever is newer than both. Empty Incrementals are not
/// needed. "Newest" is taken by JobTDate, as restores do, and also by JobId, which a clock that was set back does
/// not disturb.
std::map<JobId, Hold> chain_holds(std::span<const catalog::BackupRow> backups, const HoldRules& rules);

/// The holds of the jobs of one client, or of all, with the base jobs they need.
class Holds {
 public:
  Holds() = default;
  Holds(catalog::RetentionCatalog& catalog, const HoldRules& rules, std::optional<ClientId> client = {});

  bool contains(JobId job) const { return holds_.contains(job); }
  const std::map<JobId, Hold>& all() const { return holds_; }
  /// Those of the jobs that are held.
  std::vector<const Hold*> among(std::span<const JobId> jobs) const;

 private:
  std::map<JobId, Hold> holds_;
};

/// "the newest Full of client "web1", FileSet "All""; for logs and `show holds`.
std::string reason_text(const Hold& hold);

}  // namespace holdfast::jobs

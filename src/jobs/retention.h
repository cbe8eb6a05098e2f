// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>

#include "catalog/retention_catalog.h"
#include "config/director_resources.h"
#include "jobs/holds.h"
#include "jobs/recycling.h"
#include "jobs/tell.h"

namespace holdfast::jobs {

/// How long records of a client stay in the catalog (interop 08, section 14.1).
struct RetentionPeriods {
  std::chrono::seconds files{};
  std::chrono::seconds jobs{};
};

/// Those of the client; the pool's where it has any.
RetentionPeriods retention_periods(const config::Client& client, const config::Pool* pool);

/// Whose records are pruned.
struct PruneScope {
  ClientId client{};
  std::optional<PoolId> pool{};  ///< only jobs of this pool
};

/// Which held jobs pruning spares.
using Spares = std::function<bool(const Hold&)>;

/// Prunes files and jobs by age (interop 08, section 14.2). Knows no clock and no thread: `now` is given.
class Pruning {
 public:
  Pruning(catalog::Catalog& catalog, HoldRules rules, catalog::Moment now, Tell tell)
      : catalog_(catalog), rules_(std::move(rules)), now_(now), tell_(std::move(tell)) {}

  /// Removes the file records of all jobs older than `period`, but of those that are spared; of how many jobs. A job
  /// whose pruning was interrupted is one of them again.
  std::size_t prune_files(const PruneScope& scope, std::chrono::seconds period, const Spares& spares);

  /// Purges all jobs older than `period`, but archives, those that are spared, and the newest Verify InitCatalog of each
  /// job name, which verify jobs compare with. How many.
  std::size_t prune_jobs(const PruneScope& scope, std::chrono::seconds period, const Spares& spares);

 private:
  std::vector<catalog::ExpiringRow> expired(const PruneScope& scope, std::chrono::seconds period,
                                            bool only_with_file_rows);
  std::vector<JobId> to_prune(const std::vector<catalog::ExpiringRow>& rows, ClientId client,
                              const Spares& spares);

  catalog::Catalog& catalog_;
  HoldRules rules_;
  catalog::Moment now_;
  Tell tell_;
};

/// What a job prunes when it has ended well.
struct AutoPrune {
  PruneScope scope{};
  std::string client{};  ///< name
  RetentionPeriods periods{};
  bool jobs = false;   ///< PruneJobs of the Job or AutoPrune of the Client
  bool files = false;  ///< PruneFiles of the Job or AutoPrune of the Client
};

/// What a job of that resource prunes; `pool` may be null.
AutoPrune auto_prune_of(catalog::Catalog& catalog, const config::Job& job, const config::Client& client,
                        const config::Pool* pool, ClientId client_row);

/// Prunes and logs in the order of interop 08, section 14.2; nothing at all where neither is wanted.
void auto_prune(catalog::Catalog& catalog, const AutoPrune& wanted, const HoldRules& rules,
                catalog::Moment now, const Tell& tell);

/// "Pruned 2 Jobs for client web1 from catalog.\n"
std::string pruned_jobs_text(std::size_t jobs, std::string_view client);
/// "Pruned Files from 2 Jobs for client web1 from catalog.\n"
std::string pruned_files_text(std::size_t jobs, std::string_view client);

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/check.h"

#include <fmt/core.h>

#include "base/error.h"
#include "catalog/sql_jobs.h"

namespace holdfast::catalog {

std::vector<CheckEntry> make_checks(SqlSession& session, const NamedResources* named) {
  constexpr auto changes = CheckEntry::Repair::changes;
  constexpr auto removes = CheckEntry::Repair::removes;
  const NamedResources nothing_named;
  const NamedResources& stay = named != nullptr ? *named : nothing_named;
  std::vector<CheckEntry> checks;
  const auto add = [&](const char* kind, CheckEntry::Repair repair, std::unique_ptr<Check> check) {
    checks.push_back({kind, kind, repair, std::move(check)});
  };
  add("bad Filename", changes, bad_names(session));
  add("bad Path", changes, bad_paths(session));
  add("duplicate Path", removes, duplicate_paths(session));
  add("orphaned JobMedia", removes, rows_of_missing_jobs(session, JobTable::job_media));
  add("orphaned File", removes, rows_of_missing_jobs(session, JobTable::files));
  add("orphaned Path", removes, orphaned_paths(session));
  add("orphaned FileSet", removes, unused_resources(session, Resource::fileset, {}));
  add("orphaned Client", removes, unused_resources(session, Resource::client, stay.clients));
  add("orphaned Job", removes, removable_jobs(session, JobsToRemove::of_missing_clients));
  // Which storages are gone only a configuration tells.
  add("orphaned storage", removes,
      named != nullptr ? unused_resources(session, Resource::storage, stay.storages) : nullptr);
  add("Admin Job", removes, removable_jobs(session, JobsToRemove::admin));
  add("Restore Job", removes, removable_jobs(session, JobsToRemove::restore));
  checks[checks.size() - 2].in_menus = "all Admin";
  checks.back().in_menus = "all Restore";
  return checks;
}

void require_no_running_job(SqlSession& session, std::string_view rows) {
  static const std::string sql =
      fmt::format("SELECT JobId FROM Job WHERE JobStatus IN {} ORDER BY JobId LIMIT 1", unfinished_statuses);
  const auto running = session.first(sql, {}, [](const ResultRow& row) { return row.number(0); });
  if (running)
    throw Error(
        ErrorKind::refused,
        "{} can be repaired only while no job is running, and job {} is. Try again when it has ended; where "
        "the Director was killed, its next start ends the job.",
        rows, *running);
}

}  // namespace holdfast::catalog

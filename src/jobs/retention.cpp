// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/retention.h"

#include <set>

#include "base/text.h"
#include "jobs/texts.h"

namespace holdfast::jobs {
namespace {

using catalog::ExpiringRow;

std::string joined(std::span<const JobId> jobs) {
  std::string text;
  for (const JobId job : jobs) text += (text.empty() ? "" : ",") + std::to_string(job.value);
  return text;
}

/// The newest of the Verify InitCatalog jobs of each name; the rows come by age.
std::set<JobId> newest_init_catalogs(const std::vector<ExpiringRow>& rows) {
  std::map<std::string, JobId> newest;
  for (const ExpiringRow& row : rows)
    if (row.type == JobType::verify && row.level == JobLevel::verify_init && is_good(row.status))
      newest[row.name] = row.job;
  std::set<JobId> jobs;
  for (const auto& [name, job] : newest) jobs.insert(job);
  return jobs;
}

}  // namespace

RetentionPeriods retention_periods(const config::Client& client, const config::Pool* pool) {
  RetentionPeriods periods{client.file_retention, client.job_retention};
  if (pool != nullptr && pool->file_retention.count() > 0) periods.files = pool->file_retention;
  if (pool != nullptr && pool->job_retention.count() > 0) periods.jobs = pool->job_retention;
  return periods;
}

std::vector<ExpiringRow> Pruning::expired(const PruneScope& scope, std::chrono::seconds period,
                                          bool only_with_file_rows) {
  return catalog_.retention().ended_jobs({.client = scope.client,
                                          .pool = scope.pool,
                                          .tdate_before = (now_ - period).time_since_epoch().count(),
                                          .only_with_file_rows = only_with_file_rows});
}

std::vector<JobId> Pruning::to_prune(const std::vector<ExpiringRow>& rows, ClientId client,
                                     const Spares& spares) {
  std::vector<JobId> jobs;
  if (rows.empty()) return jobs;
  const Holds holds(catalog_.retention(), rules_, client);
  for (const ExpiringRow& row : rows) {
    const auto held = holds.all().find(row.job);
    if (held != holds.all().end()) {
      if (spares(held->second)) continue;
      tell_(MessageType::warning, fmt::format("JobId {} is {}; it is pruned because you ask for it.\n",
                                              row.job.value, reason_text(held->second)));
    }
    jobs.push_back(row.job);
  }
  return jobs;
}

std::size_t Pruning::prune_files(const PruneScope& scope, std::chrono::seconds period, const Spares& spares) {
  tell_(MessageType::info, "Begin pruning Files.\n");
  const auto jobs = to_prune(expired(scope, period, true), scope.client, spares);
  if (jobs.empty()) {
    tell_(MessageType::info, "No Files found to prune.\n");
    return 0;
  }
  catalog_.retention().purge_files(jobs);
  return jobs.size();
}

std::size_t Pruning::prune_jobs(const PruneScope& scope, std::chrono::seconds period, const Spares& spares) {
  tell_(MessageType::info, fmt::format("Begin pruning Jobs older than {}.\n", period_text(period)));
  auto rows = expired(scope, period, false);
  const auto init_catalogs = newest_init_catalogs(rows);
  std::erase_if(rows, [&](const ExpiringRow& row) {
    return row.type == JobType::archive || init_catalogs.contains(row.job);
  });
  const auto jobs = to_prune(rows, scope.client, spares);
  if (jobs.empty()) {
    tell_(MessageType::info, "No jobids found to be purged\n");
    return 0;
  }
  tell_(MessageType::info, fmt::format("Purging the following {} JobIds: {}\n", jobs.size(), joined(jobs)));
  catalog_.retention().purge_jobs(jobs);
  return jobs.size();
}

std::string pruned_jobs_text(std::size_t jobs, std::string_view client) {
  return fmt::format("Pruned {} Job{} for client {} from catalog.\n", jobs, jobs == 1 ? "" : "s", client);
}

std::string pruned_files_text(std::size_t jobs, std::string_view client) {
  return fmt::format("Pruned Files from {} Jobs for client {} from catalog.\n", with_thousands(jobs), client);
}

AutoPrune auto_prune_of(catalog::Catalog& catalog, const config::Job& job, const config::Client& client,
                        const config::Pool* pool, ClientId client_row) {
  AutoPrune wanted;
  wanted.scope.client = client_row;
  wanted.client = client.name;
  wanted.periods = retention_periods(client, pool);
  wanted.jobs = job.prune_jobs || client.auto_prune;
  wanted.files = job.prune_files || client.auto_prune;
  if (pool != nullptr)
    if (const auto row = catalog.pools().find(pool->name)) wanted.scope.pool = row->id;
  return wanted;
}

void auto_prune(catalog::Catalog& catalog, const AutoPrune& wanted, const HoldRules& rules,
                catalog::Moment now, const Tell& tell) {
  if (!wanted.jobs && !wanted.files) return;
  const Spares all = [](const Hold&) { return true; };
  Pruning pruning(catalog, rules, now, tell);
  if (wanted.jobs)
    if (const auto jobs = pruning.prune_jobs(wanted.scope, wanted.periods.jobs, all); jobs > 0)
      tell(MessageType::info, pruned_jobs_text(jobs, wanted.client));
  if (wanted.files)
    if (const auto jobs = pruning.prune_files(wanted.scope, wanted.periods.files, all); jobs > 0)
      tell(MessageType::info, pruned_files_text(jobs, wanted.client));
  tell(MessageType::info, "End auto prune.\n\n");
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/whole_job.h"

#include <algorithm>

#include "director/accurate.h"
#include "jobs/restore_selection.h"

namespace holdfast::director {
namespace {

using catalog::JobRow;

bool is_older(const JobRow& a, const JobRow& b) {
  return std::pair(a.job_tdate, a.id) < std::pair(b.job_tdate, b.id);
}

bool is_same_job(const JobRow& a, const JobRow& b) { return a.id == b.id; }

}  // namespace

std::vector<JobRow> chain_up_to(const JobRow& newest, const std::string& fileset, catalog::Catalog& catalog) {
  jobs::CurrentJobsQuery query{newest.client, fileset};
  query.before = newest.started + std::chrono::seconds(1);
  auto chain = jobs::current_jobs(catalog.jobs(), query);
  // Of the same second.
  std::erase_if(chain, [&](const JobRow& row) { return is_older(newest, row); });
  return chain;
}

bool is_clean(const JobRow& row) { return row.status == JobStatus::terminated && row.errors == 0; }

void note_if_whole(const ActiveJob& backup, catalog::Catalog& catalog) {
  const bool has_looked_at_all =
      backup.level == JobLevel::full || wants_accurate_list(backup.plan, backup.level);
  if (has_looked_at_all && is_clean(backup.row)) catalog.jobs().note_whole(backup.id);
}

bool make_whole(const std::vector<JobRow>& sources, const std::string& fileset, catalog::Catalog& catalog) {
  const auto is_whole = [&](const JobRow& row) { return is_clean(row) && catalog.jobs().is_whole(row.id); };
  if (sources.empty() || !std::all_of(sources.begin(), sources.end(), is_whole)) return false;
  // Somebody may have named them one by one, and left out one in between.
  const auto chain = chain_up_to(sources.back(), fileset, catalog);
  return sources.size() <= chain.size() &&
         std::equal(sources.rbegin(), sources.rend(), chain.rbegin(), is_same_job);
}

}  // namespace holdfast::director

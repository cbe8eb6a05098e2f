// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/virtual_full_sources.h"

#include <fmt/core.h>

#include <algorithm>

namespace holdfast::jobs {
namespace {

using catalog::JobRow;

void find_listed(VirtualFullSources& found, catalog::JobCatalog& jobs, const std::vector<JobId>& listed) {
  for (const JobId id : listed) {
    if (auto row = jobs.find(id))
      found.jobs.push_back(std::move(*row));
    else
      found.errors.push_back(fmt::format("JobId {} is not present in the catalog\n", id.value));
  }
  if (!found.errors.empty()) found.failure = "Jobs missing from catalog. Cannot continue.\n";
  std::stable_sort(found.jobs.begin(), found.jobs.end(),
                   [](const JobRow& a, const JobRow& b) { return a.job_tdate < b.job_tdate; });
}

void find_chain(VirtualFullSources& found, catalog::JobCatalog& jobs, const config::Job& resource,
                const config::FileSet& fileset, const JobRow& row) {
  if (resource.always_incremental) {
    found.failure = "Cannot run always incremental job at level VirtualFull with no jobid list.\n";
    return;
  }
  found.jobs = job_chain(jobs, {.client = row.client,
                                .fileset = row.fileset,
                                .fileset_name = fileset.name,
                                .level = JobLevel::virtual_full});
}

}  // namespace

VirtualFullSources virtual_full_sources(catalog::JobCatalog& jobs, const config::Job& resource,
                                        const config::FileSet& fileset, const JobRow& row,
                                        const std::vector<JobId>& listed) {
  VirtualFullSources found;
  if (listed.empty())
    find_chain(found, jobs, resource, fileset, row);
  else
    find_listed(found, jobs, listed);
  if (!found.failure.empty()) return found;
  if (found.jobs.empty()) found.failure = "No previous Jobs found.\n";
  for (const JobRow& job : found.jobs)
    if (job.files_purged)
      found.errors.push_back(
          fmt::format("Files for JobId {} have been purged from the catalog\n", job.id.value));
  if (!found.errors.empty()) found.failure = "At least one job's files were pruned from the catalog.\n";
  return found;
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/job_chain.h"

#include <algorithm>

namespace holdfast::jobs {
namespace {

using catalog::JobFilter;
using catalog::JobRow;

JobFilter good_jobs(const ChainQuestion& question) {
  JobFilter filter;
  filter.client = question.client;
  filter.types = {question.type};
  filter.statuses = {JobStatus::terminated, JobStatus::warnings};
  filter.started_before = question.before;
  return filter;
}

// The second in which a job ended counts as behind it: what starts in it builds on that job, and a job too many in the
// chain changes nothing, while one that lacks would lose its files.
catalog::Moment behind(const JobRow& job) { return job.ended - std::chrono::seconds(1); }

std::optional<JobRow> last_full(catalog::JobCatalog& jobs, const ChainQuestion& question) {
  JobFilter filter = good_jobs(question);
  filter.fileset = question.fileset;
  filter.levels = {JobLevel::full};
  auto rows = jobs.list(filter);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.back());  // the highest JobId
}

}  // namespace

std::vector<JobRow> job_chain(catalog::JobCatalog& jobs, const ChainQuestion& question) {
  std::vector<JobRow> chain;
  auto full = last_full(jobs, question);
  if (!full) return chain;
  chain.push_back(std::move(*full));
  if (question.level != JobLevel::differential) {
    JobFilter filter = good_jobs(question);
    filter.fileset_name = question.fileset_name;
    filter.started_after = behind(chain.front());
    filter.order = JobFilter::Order::newest_start_first;
    filter.levels = {JobLevel::differential};
    filter.only_with_files = true;
    filter.limit = 1;
    for (JobRow& row : jobs.list(filter)) {
      filter.started_after = behind(row);
      chain.push_back(std::move(row));
    }
    filter.levels = {JobLevel::incremental};
    filter.only_with_files = false;
    filter.limit = 0;
    for (JobRow& row : jobs.list(filter)) chain.push_back(std::move(row));
  }
  std::stable_sort(chain.begin(), chain.end(), [](const JobRow& a, const JobRow& b) {
    return std::pair(a.job_tdate, a.id) < std::pair(b.job_tdate, b.id);
  });
  if (question.limit > 0 && chain.size() > question.limit) chain.resize(question.limit);
  return chain;
}

std::vector<JobId> ids_of(const std::vector<JobRow>& rows) {
  std::vector<JobId> ids;
  for (const JobRow& row : rows) ids.push_back(row.id);
  return ids;
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/jobs/naive_retention.h"

#include <algorithm>
#include <map>

namespace holdfast::testing_support {
namespace {

using catalog::Moment;
using catalog::VolumeRow;
using Job = NaiveCatalog::Job;

bool is_good(const Job& job) {
  return job.row.type == JobType::backup &&
         (job.row.status == JobStatus::terminated || job.row.status == JobStatus::warnings);
}
bool has_ended(const Job& job) {
  return job.row.status != JobStatus::created && job.row.status != JobStatus::running;
}
bool is_needed_at_all(const Job& job) { return job.row.level != JobLevel::incremental || job.row.files > 0; }

using Newer = bool (*)(const Job&, const Job&);
bool is_newer_by_time(const Job& a, const Job& b) {
  return std::pair(a.row.job_tdate, a.row.id) > std::pair(b.row.job_tdate, b.row.id);
}
bool is_newer_by_id(const Job& a, const Job& b) { return a.row.id > b.row.id; }

/// The newest of the group that can be read, behind `start` where there is one; null where there is none.
const Job* newest(const std::vector<const Job*>& group, JobLevel level, const Job* start, Newer is_newer) {
  const Job* best = nullptr;
  for (const Job* job : group)
    if (job->row.level == level && job->is_readable && (level == JobLevel::full || job->row.files > 0) &&
        (start == nullptr || is_newer(*job, *start)) && (best == nullptr || is_newer(*job, *best)))
      best = job;
  return best;
}

/// Adds what is held of the jobs of one client and FileSet.
void add_held(const std::vector<const Job*>& group, Newer is_newer, std::set<JobId>& held) {
  const Job* full = newest(group, JobLevel::full, nullptr, is_newer);
  // A Differential refers to the Full before it, and the next one cannot be read.
  std::vector<const Job*> of_this_full;
  for (const Job* candidate : group) {
    const bool refers_to_it =
        full != nullptr && std::none_of(group.begin(), group.end(), [&](const Job* other) {
          return other->row.level == JobLevel::full && is_newer(*other, *full) &&
                 is_newer(*candidate, *other);
        });
    if (refers_to_it) of_this_full.push_back(candidate);
  }
  const Job* differential = newest(of_this_full, JobLevel::differential, full, is_newer);
  const Job* last = differential != nullptr ? differential : full;
  for (const Job* job : group) {
    const bool is_behind = last == nullptr || is_newer(*job, *last);
    if (job == full || job == differential || (is_behind && is_needed_at_all(*job))) held.insert(job->row.id);
  }
}

}  // namespace

NaiveCatalog NaiveCatalog::of(catalog::Catalog& catalog) {
  NaiveCatalog all;
  all.volumes = catalog.volumes().list({});
  for (const auto& pool : catalog.retention().pools()) all.pools.push_back(*catalog.pools().find(pool.id));
  std::set<MediaId> unreadable;
  for (const VolumeRow& volume : all.volumes)
    if (volume.enabled != 1 || volume.status == "Purged" || volume.status == "Recycle" ||
        volume.status == "Error")
      unreadable.insert(volume.id);
  std::map<JobId, std::set<MediaId>> places;
  catalog.queries().query("SELECT DISTINCT JobId, MediaId FROM JobMedia", {},
                          [&](const catalog::ResultRow& row) {
                            places[JobId(static_cast<std::uint32_t>(row.number(0)))].insert(
                                MediaId(static_cast<std::uint64_t>(row.number(1))));
                            return true;
                          });
  // Only what is asked about jobs, so that thousands of steps can look at all of them.
  catalog.queries().query(
      "SELECT J.JobId, J.Type, J.Level, J.JobStatus, J.ClientId, J.PoolId, J.JobTDate, J.JobFiles, "
      "J.PurgedFiles, "
      "F.FileSet FROM Job J LEFT JOIN FileSet F ON F.FileSetId = J.FileSetId ORDER BY J.JobId",
      {}, [&](const catalog::ResultRow& row) {
        Job job;
        job.row.id = JobId(static_cast<std::uint32_t>(row.number(0)));
        job.row.type = JobType(row.text(1).front());
        job.row.level = JobLevel(row.text(2).front());
        job.row.status = JobStatus(row.text(3).front());
        job.row.client = ClientId(static_cast<std::uint32_t>(row.number(4)));
        job.row.pool = PoolId(static_cast<std::uint32_t>(row.number(5)));
        job.row.job_tdate = row.number(6);
        job.row.files = static_cast<std::uint32_t>(row.number(7));
        job.row.files_purged = row.number(8) != 0;
        job.fileset = row.text(9);
        job.volumes = places[job.row.id];
        for (const MediaId volume : job.volumes)
          job.is_readable = job.is_readable && !unreadable.contains(volume);
        if (job.row.files > 0 && job.volumes.empty()) job.is_readable = false;
        all.jobs.push_back(std::move(job));
        return true;
      });
  return all;
}

const Job* NaiveCatalog::find(JobId id) const {
  for (const Job& job : jobs)
    if (job.row.id == id) return &job;
  return nullptr;
}

std::set<JobId> NaiveCatalog::held() const {
  std::map<std::pair<ClientId, std::string>, std::vector<const Job*>> groups;
  for (const Job& job : jobs)
    if (is_good(job)) groups[{job.row.client, job.fileset}].push_back(&job);
  std::set<JobId> found;
  for (const auto& [whose, group] : groups)
    for (const Newer is_newer : {&is_newer_by_time, &is_newer_by_id}) add_held(group, is_newer, found);
  return found;
}

std::set<JobId> NaiveCatalog::prunable(ClientId client, PoolId pool, std::int64_t older_than) const {
  std::set<JobId> found;
  const auto kept = held();
  for (const Job& job : jobs)
    if (job.row.client == client && job.row.pool == pool && has_ended(job) &&
        job.row.job_tdate < older_than && !kept.contains(job.row.id))
      found.insert(job.row.id);
  return found;
}

}  // namespace holdfast::testing_support

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

/// Oldest written first, never written last.
bool is_older(const VolumeRow& a, const VolumeRow& b) {
  const auto key = [](const VolumeRow& row) {
    return std::tuple(row.last_written == Moment{}, row.last_written, row.id);
  };
  return key(a) < key(b);
}

}  // namespace

NaiveCatalog NaiveCatalog::of(catalog::Catalog& catalog) {
  NaiveCatalog all;
  all.volumes = catalog.volumes().list({});
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
  std::map<FileSetId, std::string> filesets;
  for (catalog::JobRow& row : catalog.jobs().list({})) {
    Job job;
    job.row = std::move(row);
    auto [fileset, is_new] = filesets.try_emplace(job.row.fileset);
    if (const auto found = is_new ? catalog.filesets().find(job.row.fileset) : std::nullopt)
      fileset->second = found->name;
    job.fileset = fileset->second;
    job.volumes = places[job.row.id];
    for (const MediaId volume : job.volumes)
      job.is_readable = job.is_readable && !unreadable.contains(volume);
    if (job.row.files > 0 && job.volumes.empty()) job.is_readable = false;
    all.jobs.push_back(std::move(job));
  }
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

NaiveChoice choose_naively(const NaiveCatalog& all, PoolId pool, Moment now) {
  NaiveChoice choice;
  std::vector<VolumeRow> volumes = all.volumes;
  std::sort(volumes.begin(), volumes.end(), is_older);
  const auto held = all.held();
  const auto is_usable = [&](const VolumeRow& row) { return row.pool == pool && row.enabled == 1; };
  const auto jobs_on = [&](const VolumeRow& row) {
    std::vector<const Job*> found;
    for (const Job& job : all.jobs)
      if (job.volumes.contains(row.id) && !choice.removed.contains(job.row.id)) found.push_back(&job);
    return found;
  };
  // The one written last comes first, and of those that never were the first.
  const VolumeRow* best = nullptr;
  for (const VolumeRow& row : volumes)
    if (is_usable(row) && row.status == "Append" &&
        (best == nullptr || (row.last_written != Moment{} && (row.last_written > best->last_written))))
      best = &row;
  if (best != nullptr) {
    choice.volume = best->name;
    return choice;
  }
  for (const char* status : {"Recycle", "Purged"})
    for (const VolumeRow& row : volumes)
      if (is_usable(row) && row.recycle && row.status == status && jobs_on(row).empty()) {
        choice.volume = row.name;
        return choice;
      }
  for (const VolumeRow& row : volumes) {
    if (row.pool != pool || row.enabled > 1 || (row.status != "Full" && row.status != "Used")) continue;
    const std::int64_t limit = (now - std::chrono::seconds(row.retention)).time_since_epoch().count();
    for (const Job* job : jobs_on(row))
      if (has_ended(*job) && job->row.job_tdate < limit && !held.contains(job->row.id))
        choice.removed.insert(job->row.id);
    const bool was_written = row.first_written != Moment{} || row.last_written != Moment{};
    if (jobs_on(row).empty() && was_written && row.enabled == 1 && row.recycle) {
      choice.volume = row.name;
      return choice;
    }
  }
  return choice;
}

}  // namespace holdfast::testing_support

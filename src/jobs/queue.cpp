// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/queue.h"

#include <algorithm>

namespace holdfast::jobs {

void JobQueue::add(QueueEntry entry) {
  came_later_.push_back(entry.id);
  const auto when = entry.not_before;
  later_.emplace(when, std::move(entry));
}

void JobQueue::remove(JobId job) {
  std::erase_if(later_, [&](const auto& item) { return item.second.id == job; });
  std::erase_if(waiting_, [&](const auto& item) { return item.second.entry.id == job; });
  const auto found =
      std::find_if(running_.begin(), running_.end(), [&](const auto& item) { return item.second.id == job; });
  if (found == running_.end()) return;
  release(found->second);
  if (!found->second.allows_mixed_priority) --not_mixing_;
  running_.erase(found);
}

bool JobQueue::take(Use& use, const QueueLimits::ByName& limits, const std::string& name) {
  if (name.empty()) return true;
  const auto limit = limits.find(name);
  std::uint32_t& count = use[name];
  if (count >= (limit == limits.end() ? 1 : limit->second)) return false;
  ++count;
  return true;
}

void JobQueue::give_back(Use& use, const std::string& name) {
  if (name.empty()) return;
  const auto found = use.find(name);
  if (--found->second == 0) use.erase(found);
}

/// Takes everything the job needs, or nothing: then the status that tells what is used up.
std::optional<JobStatus> JobQueue::acquire(const QueueEntry& entry) {
  if (!take(storages_, limits_.storages, entry.read_storage)) return JobStatus::waiting_for_storage_resource;
  if (!take(storages_, limits_.storages, entry.write_storage)) {
    give_back(storages_, entry.read_storage);
    return JobStatus::waiting_for_storage_resource;
  }
  const auto give_back_storages = [&] {
    give_back(storages_, entry.read_storage);
    give_back(storages_, entry.write_storage);
  };
  if (!take(clients_, limits_.clients, entry.client)) {
    give_back_storages();
    return JobStatus::waiting_for_client_resource;
  }
  if (!take(jobs_, limits_.jobs, entry.job)) {
    give_back_storages();
    give_back(clients_, entry.client);
    return JobStatus::waiting_for_job_resource;
  }
  return std::nullopt;
}

void JobQueue::release(const QueueEntry& entry) {
  give_back(storages_, entry.read_storage);
  give_back(storages_, entry.write_storage);
  give_back(clients_, entry.client);
  give_back(jobs_, entry.job);
}

void JobQueue::admit_those_due(catalog::Moment now, std::vector<Change>& changes) {
  while (!later_.empty() && later_.begin()->first <= now) {
    QueueEntry entry = std::move(later_.begin()->second);
    later_.erase(later_.begin());
    // Who arrived at once is "created" already.
    if (std::erase(came_later_, entry.id) == 0) changes.push_back({entry.id, JobStatus::created});
    const Place place{entry.priority, next_number_++};
    waiting_.emplace(place, Waiting{std::move(entry)});
  }
  for (const JobId job : came_later_) changes.push_back({job, JobStatus::waiting_for_start_time});
  came_later_.clear();
}

bool JobQueue::may_start(const QueueEntry& entry, std::uint32_t reference) const {
  if (entry.priority == reference) return true;
  return entry.priority < reference && entry.allows_mixed_priority && not_mixing_ == 0;
}

std::vector<JobQueue::Change> JobQueue::scan(catalog::Moment now) {
  std::vector<Change> changes;
  admit_those_due(now, changes);
  if (waiting_.empty()) return changes;
  const std::uint32_t reference =
      running_.empty() ? waiting_.begin()->first.first : running_.begin()->second.priority;
  for (auto at = waiting_.begin(); at != waiting_.end() && running_.size() < limits_.director;) {
    Waiting& job = at->second;
    ++looked_at_;
    const bool has_its_turn = may_start(job.entry, reference);
    const auto missing = has_its_turn ? acquire(job.entry) : JobStatus::waiting_for_priority;
    if (!missing) {
      changes.push_back({job.entry.id, std::nullopt});
      if (!job.entry.allows_mixed_priority) ++not_mixing_;
      running_.emplace(next_number_++, std::move(job.entry));
      at = waiting_.erase(at);
      continue;
    }
    if (job.status != *missing) changes.push_back({job.entry.id, missing});
    job.status = *missing;
    if (!has_its_turn) break;
    ++at;
  }
  return changes;
}

std::optional<catalog::Moment> JobQueue::next_start() const {
  if (later_.empty()) return std::nullopt;
  return later_.begin()->first;
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/queue.h"

#include <algorithm>

namespace holdfast::jobs {
namespace {

std::uint32_t count_of(const std::vector<QueueEntry>& running, std::string QueueEntry::*name,
                       const std::string& wanted) {
  return static_cast<std::uint32_t>(std::count_if(
      running.begin(), running.end(), [&](const QueueEntry& entry) { return entry.*name == wanted; }));
}

/// The first resource that is used up.
std::optional<JobStatus> missing_resource(const QueueEntry& entry, const std::vector<QueueEntry>& running,
                                          const QueueLimits& limits) {
  const auto is_full = [&](std::string QueueEntry::*name, const QueueLimits::ByName& limit) {
    return !(entry.*name).empty() && count_of(running, name, entry.*name) >= limit(entry.*name);
  };
  if (is_full(&QueueEntry::storage, limits.storage)) return JobStatus::waiting_for_storage_resource;
  if (is_full(&QueueEntry::client, limits.client)) return JobStatus::waiting_for_client_resource;
  if (is_full(&QueueEntry::job, limits.job)) return JobStatus::waiting_for_job_resource;
  return std::nullopt;
}

bool may_go_first(const QueueEntry& entry, std::uint32_t reference, const std::vector<QueueEntry>& running) {
  if (entry.priority == reference) return true;
  return entry.priority < reference && entry.allows_mixed_priority &&
         std::all_of(running.begin(), running.end(),
                     [](const QueueEntry& other) { return other.allows_mixed_priority; });
}

}  // namespace

std::vector<QueueDecision> decide_queue(std::vector<QueueEntry> waiting, std::vector<QueueEntry> running,
                                        const QueueLimits& limits, catalog::Moment now) {
  std::vector<QueueDecision> decisions;
  std::erase_if(waiting, [&](const QueueEntry& entry) {
    if (entry.not_before <= now) return false;
    decisions.push_back({entry.id, JobStatus::waiting_for_start_time});
    return true;
  });
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const QueueEntry& a, const QueueEntry& b) { return a.priority < b.priority; });
  bool is_blocked = false;
  for (const QueueEntry& entry : waiting) {
    if (running.size() >= limits.director) {
      decisions.push_back({entry.id, JobStatus::created});
      continue;
    }
    const std::uint32_t reference = running.empty() ? waiting.front().priority : running.front().priority;
    is_blocked = is_blocked || !may_go_first(entry, reference, running);
    if (is_blocked) {
      decisions.push_back({entry.id, JobStatus::waiting_for_priority});
      continue;
    }
    const auto missing = missing_resource(entry, running, limits);
    decisions.push_back({entry.id, missing});
    if (!missing) running.push_back(entry);
  }
  return decisions;
}

}  // namespace holdfast::jobs

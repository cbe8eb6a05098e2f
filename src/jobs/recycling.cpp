// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/recycling.h"

#include <algorithm>

namespace holdfast::jobs {
namespace {

using catalog::ExpiringRow;
using catalog::Moment;
using catalog::VolumeRow;

constexpr std::int16_t archived = 2;

std::string joined(std::span<const JobId> jobs) {
  std::string text;
  for (const JobId job : jobs) text += (text.empty() ? "" : ",") + std::to_string(job.value);
  return text;
}

}  // namespace

const Holds& Recycling::holds() {
  if (!holds_) holds_.emplace(catalog_.retention(), rules_);
  return *holds_;
}

std::vector<const Hold*> Recycling::held_on(MediaId volume) {
  const auto jobs = catalog_.retention().jobs_on(volume);
  return jobs.empty() ? std::vector<const Hold*>() : holds().among(jobs);
}

std::vector<JobId> Recycling::not_held(const std::vector<ExpiringRow>& jobs) {
  std::vector<JobId> free;
  for (const ExpiringRow& row : jobs) {
    const auto held = holds().all().find(row.job);
    if (held != holds().all().end()) {
      if (whose_ == OnBehalfOf::director) continue;
      tell_(MessageType::warning, fmt::format("JobId {} is {}; it is removed because you ask for it.\n",
                                              row.job.value, reason_text(held->second)));
    }
    free.push_back(row.job);
  }
  return free;
}

Recycling::Outcome Recycling::prune(VolumeRow& row) {
  if (row.enabled == archived) {
    tell_(MessageType::error, fmt::format("Cannot prune Volume \"{}\" because it is archived.\n", row.name));
    return Outcome::not_prunable;
  }
  if (row.status != "Full" && row.status != "Used") {
    tell_(MessageType::info,
          fmt::format("Pruning volume {}: cannot prune as Volstatus is {} but needs to be Full or Used.\n",
                      row.name, row.status));
    return Outcome::not_prunable;
  }
  const auto expired = catalog_.retention().ended_jobs(
      {.volume = row.id,
       .tdate_before = (now_ - std::chrono::seconds(row.retention)).time_since_epoch().count()});
  auto jobs = not_held(expired);
  const bool some_are_held = jobs.size() < expired.size();
  const auto workers = catalog_.retention().workers_of(jobs);
  jobs.insert(jobs.end(), workers.begin(), workers.end());
  if (!jobs.empty()) {
    tell_(MessageType::info,
          fmt::format("Volume \"{}\" has Volume Retention of {} sec. and has {} jobs that will be pruned\n",
                      row.name, row.retention, jobs.size()));
    tell_(MessageType::info, fmt::format("Purging the following {} JobIds: {}\n", jobs.size(), joined(jobs)));
    catalog_.retention().purge_jobs(jobs);
  }
  if (whose_ == OnBehalfOf::director) return after_purge(row, some_are_held);
  tell_(MessageType::info,
        fmt::format("Pruning volume {}: {} Jobs have expired and can be pruned.\n", row.name, jobs.size()));
  const Outcome outcome = after_purge(row, some_are_held);
  tell_(MessageType::info, fmt::format("Volume \"{}\" {} jobs after pruning.\n", row.name,
                                       outcome == Outcome::purged ? "contains no" : "still contains"));
  return outcome;
}

Recycling::Outcome Recycling::purge(VolumeRow& row, const std::vector<JobStatus>& statuses) {
  const auto ended = catalog_.retention().ended_jobs({.volume = row.id, .statuses = statuses});
  const auto jobs = not_held(ended);
  const bool some_are_held = jobs.size() < ended.size();
  // All or nothing: a volume that cannot be reused anyway keeps what is on it.
  if (whose_ == OnBehalfOf::director && (some_are_held || catalog_.retention().has_unfinished_job(row.id)))
    return some_are_held ? Outcome::held : Outcome::has_jobs;
  if (!jobs.empty()) {
    tell_(MessageType::info, fmt::format("Purging the following {} JobIds: {}\n", jobs.size(), joined(jobs)));
    catalog_.retention().purge_jobs(jobs);
  }
  return after_purge(row, some_are_held);
}

Recycling::Outcome Recycling::after_purge(VolumeRow& row, bool some_are_held) {
  // A job that spans volumes, or that ended meanwhile, may have changed the row.
  if (auto stored = catalog_.volumes().find(row.id)) row = std::move(*stored);
  if (mark_purged(row, Unwritten::leave)) return Outcome::purged;
  if (some_are_held) return Outcome::held;
  return catalog_.retention().has_jobs(row.id) ? Outcome::has_jobs : Outcome::empty_unwritten;
}

bool Recycling::mark_purged(VolumeRow& row, Unwritten unwritten) {
  const bool is_written = row.first_written != Moment{} || row.last_written != Moment{};
  if (!is_written && unwritten == Unwritten::leave) return false;
  if (catalog_.retention().has_jobs(row.id)) return false;
  change(row, [](VolumeRow& stored) { stored.status = "Purged"; });
  if (row.recycle_pool && row.recycle_pool != row.pool) move(row, row.recycle_pool);
  tell_(MessageType::info,
        fmt::format("All records pruned from Volume \"{}\"; marking it \"Purged\"\n", row.name));
  return true;
}

void Recycling::change(VolumeRow& row, const std::function<void(VolumeRow&)>& by) {
  if (auto stored = catalog_.retention().change_volume(row.id, by)) row = std::move(*stored);
}

Recycling::Moved Recycling::move(VolumeRow& row, PoolId pool, const std::function<void(VolumeRow&)>& also) {
  const auto target = catalog_.pools().find(pool);
  if (!target || (target->max_volumes > 0 && target->volumes >= target->max_volumes))
    return Moved::pool_is_full;
  change(row, [&](VolumeRow& stored) {
    stored.pool = pool;
    if (also) also(stored);
  });
  catalog_.retention().count_volumes();
  return Moved::yes;
}

void Recycling::recycle(VolumeRow& row) {
  change(row, [](VolumeRow& stored) {
    stored.status = "Recycle";
    stored.jobs = stored.files = stored.blocks = stored.errors = 0;
    stored.bytes = 1;
    stored.first_written = stored.last_written = Moment{};
    ++stored.recycle_count;
  });
}

void take_pool_defaults(VolumeRow& row, const catalog::PoolRow& pool) {
  row.label_type = pool.label_type;
  row.recycle = pool.recycle;
  row.action_on_purge = pool.action_on_purge;
  row.retention = pool.volume_retention;
  row.use_duration = pool.volume_use_duration;
  row.max_jobs = pool.max_volume_jobs;
  row.max_files = pool.max_volume_files;
  row.max_bytes = pool.max_volume_bytes;
  row.min_block_size = pool.min_block_size;
  row.max_block_size = pool.max_block_size;
  row.recycle_pool = pool.recycle_pool;
  row.scratch_pool = pool.scratch_pool;
}

}  // namespace holdfast::jobs

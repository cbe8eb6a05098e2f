// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/job_codes.h"
#include "catalog/rows.h"

namespace holdfast::jobs {

/// What the queue knows of a job. Empty names: the job needs no such thing, as control jobs of copies need no storage,
/// and copies no client (interop 08, section 7).
struct QueueEntry {
  JobId id;
  std::uint32_t priority = 10;
  bool allows_mixed_priority = false;
  catalog::Moment not_before{};  ///< scheduled start
  std::string job;               ///< of the Job resource
  std::string client{};
  std::string read_storage{};   ///< counts together with jobs that write to it
  std::string write_storage{};  ///< a job that reads and writes the same one counts twice
};

/// How many jobs may run at the same time; 1 where a name is not listed.
struct QueueLimits {
  using ByName = std::unordered_map<std::string, std::uint32_t>;
  std::uint32_t director = 1;
  ByName jobs;
  ByName clients;
  ByName storages;
};

/// The jobs that wait and those that run (interop 08, section 7). Nothing happens by itself: scan() decides what may
/// start now, to be called after every change and when next_start() has come. Used by one thread at a time.
class JobQueue {
 public:
  void set_limits(QueueLimits limits) { limits_ = std::move(limits); }

  /// Behind the others of its priority; a job for later gets its place when its time has come.
  void add(QueueEntry entry);
  /// The job has ended, or needs no turn any more. Nothing happens where it is not known.
  void remove(JobId job);

  /// A job, and what it waits for now; nothing: it starts. Jobs whose status stays as it was are left out.
  struct Change {
    JobId job;
    std::optional<JobStatus> waits_for;
  };
  std::vector<Change> scan(catalog::Moment now);

  /// When the first of the jobs for later may start.
  std::optional<catalog::Moment> next_start() const;
  std::size_t running() const { return running_.size(); }
  std::size_t waiting() const { return waiting_.size() + later_.size(); }
  /// How many waiting jobs have been looked at since the beginning: what scanning costs.
  std::uint64_t looked_at() const { return looked_at_; }

 private:
  struct Waiting {
    QueueEntry entry;
    JobStatus status = JobStatus::created;
  };
  using Place = std::pair<std::uint32_t, std::uint64_t>;  ///< priority, then arrival
  using Queue = std::map<Place, Waiting>;
  /// How many of a resource are in use, by its name.
  using Use = std::unordered_map<std::string, std::uint32_t>;

  void admit_those_due(catalog::Moment now, std::vector<Change>& changes);
  bool may_start(const QueueEntry& entry, std::uint32_t reference) const;
  std::optional<JobStatus> acquire(const QueueEntry& entry);
  void release(const QueueEntry& entry);
  static bool take(Use& use, const QueueLimits::ByName& limits, const std::string& name);
  static void give_back(Use& use, const std::string& name);

  QueueLimits limits_;
  std::uint64_t next_number_ = 0;
  std::uint64_t looked_at_ = 0;
  std::multimap<catalog::Moment, QueueEntry> later_;
  std::vector<JobId> came_later_;  ///< whose status was not told yet
  Queue waiting_;
  std::map<std::uint64_t, QueueEntry> running_;  ///< in the order they started
  std::size_t not_mixing_ = 0;                   ///< running jobs that do not allow mixed priorities
  Use jobs_, clients_, storages_;
};

}  // namespace holdfast::jobs

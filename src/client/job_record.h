// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/ids.h"
#include "base/job_codes.h"
#include "transport/channel.h"

namespace holdfast::client {

/// How far a job is, as status shows it.
struct JobProgress {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t examined = 0;
  std::string current;  ///< the name in work; may be empty
};

/// What of a conversation other threads may see and touch: status reports, cancelling, the Storage Daemon that
/// connects to a passive client. Shared by its session and the registry.
class JobRecord {
 public:
  JobRecord(std::string director_name, Time connected_at)
      : director(std::move(director_name)), connected(connected_at) {}

  /// What the Director told in its JobId command; all empty before that and for console commands.
  struct Identity {
    JobId id;
    std::string name;  ///< the unique job name
    JobType type = JobType::internal;
    JobLevel level = JobLevel::none;
    Time started;
    std::string key;        ///< what a Storage Daemon proves to know when it connects
    std::uint32_t ssl = 0;  ///< policy for such a connection (interop 01, section 4)
  };

  const std::string director;
  const Time connected;

  Guarded<Identity> identity;
  std::atomic<JobStatus> status = JobStatus::created;
  std::atomic<std::uint32_t> errors = 0;    ///< error messages so far
  std::atomic<std::int64_t> bandwidth = 0;  ///< bytes per second to the Storage Daemon; 0: no limit
  std::atomic<bool> has_storage = false;
  /// Asked by status reports while the job moves data; empty otherwise.
  Guarded<std::function<JobProgress()>> progress;
  /// Requested when the job is cancelled or the daemon ends.
  std::stop_source stop;
  /// Where a Storage Daemon's incoming connection waits for the session.
  Guarded<std::unique_ptr<transport::Channel>> incoming;

  /// A status of lower rank does not replace a higher one.
  void set_status(JobStatus next) {
    JobStatus current = status.load();
    while (!status.compare_exchange_weak(current, merged(current, next))) {
    }
  }
};

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/job_codes.h"
#include "catalog/rows.h"

namespace holdfast::jobs {

/// What the queue knows of a job. Empty names: the job needs no such thing.
struct QueueEntry {
  JobId id;
  std::uint32_t priority = 10;
  bool allows_mixed_priority = false;
  catalog::Moment not_before{};  ///< scheduled start
  std::string job;               ///< of the Job resource
  std::string client{};
  std::string storage{};  ///< read or written; both count together
};

/// How many jobs may run at the same time.
struct QueueLimits {
  using ByName = std::function<std::uint32_t(const std::string& name)>;
  std::uint32_t director = 1;
  ByName job;
  ByName client;
  ByName storage;
};

/// What becomes of a waiting job: the status that says what it waits for, or nothing: it starts now.
struct QueueDecision {
  JobId id;
  std::optional<JobStatus> waits_for;
};

/// Which of the waiting jobs (in order of their arrival) start beside the running ones, and what the others
/// wait for (interop 08, section 7). Jobs that are not reached wait for the Director's own limit.
std::vector<QueueDecision> decide_queue(std::vector<QueueEntry> waiting, std::vector<QueueEntry> running,
                                        const QueueLimits& limits, catalog::Moment now);

}  // namespace holdfast::jobs

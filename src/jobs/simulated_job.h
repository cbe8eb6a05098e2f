// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "jobs/simulation.h"
#include "jobs/size_estimate.h"

namespace holdfast::jobs {

/// A job on its way through a simulation. Null where it has no such thing.
struct FutureJob {
  const config::Job* resource = nullptr;
  const config::ScheduleRun* run = nullptr;  ///< that starts it, or the job that starts this one
  const config::Job* queues_as = nullptr;    ///< whose limits count instead of its own
  std::uint32_t priority = 10;
  bool ignores_duplicates = false;

  const config::Client* client = nullptr;
  const config::Pool* pool = nullptr;  ///< written to
  const config::Storage* storage = nullptr;
  const config::Pool* read_pool = nullptr;  ///< of jobs that read volumes, like read_storage
  const config::Storage* read_storage = nullptr;
  std::vector<JobId> sources;            ///< it was asked to copy, migrate or consolidate
  std::vector<catalog::JobRow> made_of;  ///< of a virtual Full that runs

  catalog::JobRow row;
  std::optional<catalog::JobRow> copy;  ///< that a copy or migrate job makes
  SizeEstimate estimate;
  SimulatedJob result;

  bool selects() const {
    return (row.type == JobType::copy || row.type == JobType::migrate) && sources.empty();
  }
  bool is_virtual_full() const { return row.type == JobType::backup && row.level == JobLevel::virtual_full; }
  /// The job that pieces on volumes belong to.
  JobId writes_for() const { return copy ? copy->id : row.id; }
};

}  // namespace holdfast::jobs

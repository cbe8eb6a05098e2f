// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "jobs/simulated_job.h"
#include "jobs/unique_names.h"

namespace holdfast::jobs {

/// Makes jobs of what schedules and other jobs ask for, as the Director sets them up: rows, level, pool, storage (interop
/// 08, sections 3, 5, 17 and 18).
class SimulatedSetup {
 public:
  SimulatedSetup(const config::DirectorConfiguration& configuration, catalog::Catalog& catalog,
                 const Clock& clock)
      : configuration_(configuration), catalog_(catalog), names_(clock) {}

  /// Completes a job that has resource, run, priority and sources. What it lacks is in result.problem.
  void set_up(FutureJob& job, JobLevel level, Moment scheduled, Moment now);

 private:
  void decide_backup(FutureJob& job, Moment now);
  void prepare_copy(FutureJob& job);
  void turn_to_next_pool(FutureJob& job);
  PoolId row_of(const config::Pool& pool);

  const config::DirectorConfiguration& configuration_;
  catalog::Catalog& catalog_;
  UniqueNames names_;
};

}  // namespace holdfast::jobs

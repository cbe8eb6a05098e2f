// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "config/director_resources.h"
#include "jobs/queue.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// A job as it would run.
struct SimulatedJob {
  std::string name;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  Moment scheduled{};
  Moment started{};
  Moment ended{};
  std::string pool;
  std::vector<std::string> volumes{};
  std::uint64_t bytes = 0;
  std::string about{};    ///< what it works on: "copies nightly of 2026-11-22 22:00:00"; empty: on its client
  bool is_guess = false;  ///< no earlier job of that name and level tells a size
  std::string problem{};  ///< why it would not be good; empty: it would
};

/// What happens to a volume or to records of the catalog: "Volume Full-0001 is Full".
struct SimulatedEvent {
  Moment when{};
  std::string text;
};

/// A pool that has no volume left for a job.
struct ExhaustedPool {
  std::string pool;
  Moment when{};
  std::string job;
};

/// A volume at the end of the span.
struct SimulatedVolume {
  std::string name;
  std::string pool;
  std::string status;
  std::uint64_t bytes = 0;
  Moment expires{};  ///< when its retention ends; none where it was not written
};

struct Simulation {
  Moment from{};
  Moment to{};
  std::vector<SimulatedJob> jobs;        ///< in the order they end
  std::vector<SimulatedEvent> events;    ///< as time goes by
  std::vector<ExhaustedPool> exhausted;  ///< the first time of each pool
  std::vector<SimulatedVolume> volumes;  ///< those that were written, by pool and name
};

/// What the simulation asks of the world.
struct SimulationTerms {
  const config::DirectorConfiguration& configuration;
  catalog::Catalog& catalog;  ///< a copy: it is changed
  QueueLimits limits;
  Moment from{};
  Moment to{};
  /// Whether job, its schedule and its client are enabled.
  std::function<bool(const config::Job&)> is_enabled;
};

/// Runs scheduler, level rules, queue, duplicate control, volume choice and pruning as the Director would, from `from` to
/// `to`. Sizes and durations are means over the last good jobs of the same name and level; a virtual Full is as large as
/// the jobs it is made of, a copy as large as its source, and both take as long as the job's earlier runs took for so
/// much. Copy, migrate and consolidate jobs select and start others as they would. Jobs of other types take their turn in
/// the queue and no space. Failures, run scripts, clones, quotas and time limits are not foreseen.
Simulation simulate(const SimulationTerms& terms);

}  // namespace holdfast::jobs

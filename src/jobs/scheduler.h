// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "catalog/schedule_catalog.h"
#include "config/director_resources.h"
#include "jobs/run_moments.h"

namespace holdfast::jobs {

/// A job that its schedule starts.
struct ScheduledRun {
  Moment when{};  ///< as the schedule says, also where it starts late
  const config::Job* job = nullptr;
  const config::ScheduleRun* run = nullptr;

  std::uint32_t priority() const { return run->priority.value_or(job->priority); }
};

/// What schedules have in store from `from` (inclusive) to `to` (exclusive): by time, then by priority, then in the
/// order of the configuration. Jobs, schedules and clients that are disabled are not left out.
std::vector<ScheduledRun> runs_between(const config::DirectorConfiguration& configuration, Moment from,
                                       Moment to);

/// When these schedules start jobs, as the catalog keeps it.
catalog::ScheduledTimes scheduled_times(const config::DirectorConfiguration& configuration);

/// Decides which jobs their schedules start (interop 08, section 6). Where time comes from, and what becomes of the
/// jobs, is the caller's business; used by one thread at a time.
///
/// A run is started when it is at most 59 s old; otherwise it was missed, because the Director was down or asleep or
/// the clock was set forward: a job with Run Missed Schedule is started once then, others are not. No job is started
/// twice for the same moment, whatever happens to clock and configuration.
class Scheduler {
 public:
  /// For which moments jobs of that name have been started, as far back as a run may still be late.
  using Started = std::map<std::string, std::set<Moment>>;
  /// What was before the Director started.
  struct Past {
    Started started{};
    catalog::ScheduledSince planned{};  ///< what it does not name was always there
  };

  Scheduler(std::shared_ptr<const config::DirectorConfiguration> configuration, Past past, Moment now);

  /// Plans anew, with another configuration.
  void reload(std::shared_ptr<const config::DirectorConfiguration> configuration, Moment now);

  /// The runs to be started now, in their order; each is given out once. Pointers are into configuration().
  std::vector<ScheduledRun> due(Moment now);
  /// When due() has something to do next; empty: never.
  std::optional<Moment> next() const;

  const std::shared_ptr<const config::DirectorConfiguration>& configuration() const { return configuration_; }

 private:
  struct Planned {
    ScheduledRun run;
    std::size_t order = 0;  ///< in the configuration
    RunMoments moments;
  };
  static bool is_later(const Planned& a, const Planned& b);

  /// Whether there may have been nobody to start jobs before.
  enum class Absence { none, possible };
  void plan(Moment from, Absence absence);
  Moment absent_since(const config::Job& job, const config::ScheduleRun& run, Moment from) const;
  void push(Planned planned);
  Planned pop();
  bool mark_started(const ScheduledRun& run);
  void add_missed(const std::map<const config::Job*, ScheduledRun>& missed, std::vector<ScheduledRun>& due);

  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  Started started_;
  catalog::ScheduledSince planned_;
  std::vector<Planned> plan_;  ///< a heap, the next one first
  Moment looked_until_;
};

}  // namespace holdfast::jobs

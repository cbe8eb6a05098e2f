// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "base/guarded.h"
#include "catalog/catalog.h"
#include "jobs/scheduler.h"

namespace holdfast::director {

/// Starts jobs when their schedules say so, on a thread of its own. Any thread.
class SchedulerThread {
 public:
  using Configuration = std::shared_ptr<const config::DirectorConfiguration>;
  /// Must not throw.
  using Start = std::function<void(const jobs::ScheduledRun&, const Configuration&)>;

  SchedulerThread(const Clock& clock, Configuration configuration, jobs::Scheduler::Past past, Start start);
  SchedulerThread(const SchedulerThread&) = delete;
  SchedulerThread& operator=(const SchedulerThread&) = delete;

  void reload(Configuration configuration);
  /// Starts what is due, on the thread that calls. The thread does it by itself when a time has come, and every
  /// half minute, because clocks are set.
  void start_what_is_due();

 private:
  struct State {
    jobs::Scheduler scheduler;
    bool is_changed = false;
  };

  void keep(std::stop_token stop);
  void start_due(State& state);
  std::chrono::nanoseconds pause() const;
  jobs::Moment now() const { return std::chrono::floor<seconds>(clock_.now()); }

  const Clock& clock_;
  Start start_;
  Guarded<State> state_;
  std::jthread thread_;
};

/// For which moments jobs were made lately, from the rows of a catalog, so that a restart starts nothing twice and knows
/// what was missed.
void add_started(jobs::Scheduler::Started& started, catalog::Catalog& catalog, jobs::Moment now);

/// Keeps when schedules start jobs, for the next start of the Director; tells since when the catalog knows it.
catalog::ScheduledSince keep_schedules(catalog::Catalog& catalog,
                                       const config::DirectorConfiguration& configuration,
                                       const Clock& clock);

}  // namespace holdfast::director

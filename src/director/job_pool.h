// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "director/active_job.h"
#include "director/console/services.h"
#include "jobs/queue.h"

namespace holdfast::director {

/// The jobs that wait and run. Starts each on a thread of its own when the limits allow it. Any thread.
class JobPool {
 public:
  /// Runs a job to its end; must not throw.
  using Run = std::function<void(ActiveJob&)>;
  using Limits = std::function<jobs::QueueLimits()>;

  JobPool(const Clock& clock, Limits limits, Run run);
  /// Asks all jobs to end and waits for them.
  ~JobPool();
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  void add(std::shared_ptr<ActiveJob> job);
  /// Waiting or running.
  std::shared_ptr<ActiveJob> find(JobId job) const;
  std::vector<std::shared_ptr<ActiveJob>> all() const;
  bool is_running(JobId job) const;
  /// How many have run since the start.
  std::size_t jobs_run() const;

  /// The last ten that ended, oldest first; `remembered` are those of before the start.
  std::vector<console::TerminatedJob> terminated() const;
  void remember(std::vector<console::TerminatedJob> remembered);

  /// Waits until the job (all, where it is 0) is neither waiting nor running; false when stopped first.
  bool wait_for_end(JobId job, std::stop_token stop);
  /// To be called when a limit or the status of a waiting job may have changed.
  void look_again();

 private:
  struct Entry {
    std::shared_ptr<ActiveJob> job;
    jobs::QueueEntry queue;
    bool runs = false;
  };
  struct State {
    std::map<JobId, Entry> jobs;
    std::deque<console::TerminatedJob> terminated;
    std::vector<JobId> over;  ///< threads to be joined
    std::size_t jobs_run = 0;
    bool has_news = false;
  };

  void manage(std::stop_token stop);
  std::vector<std::shared_ptr<ActiveJob>> start_what_may(State& state);
  void start(std::shared_ptr<ActiveJob> job);
  void ended(ActiveJob& job);

  const Clock& clock_;
  Limits limits_;
  Run run_;
  Guarded<State> state_;
  std::map<JobId, std::jthread> threads_;  ///< of the manager only
  std::jthread manager_;
};

}  // namespace holdfast::director

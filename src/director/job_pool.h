// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
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

/// The limits that the resources set.
jobs::QueueLimits queue_limits(const config::DirectorConfiguration& configuration);

/// The jobs that wait and run. Starts each on a thread of its own when the limits allow it. Any thread.
class JobPool {
 public:
  /// Runs a job to its end; must not throw. What it returns, if anything, takes the job's place: the same job, to be
  /// run again.
  using Run = std::function<std::shared_ptr<ActiveJob>(ActiveJob&)>;

  JobPool(const Clock& clock, jobs::QueueLimits limits, Run run);
  /// Asks all jobs to end and waits for them.
  ~JobPool();
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  void set_limits(jobs::QueueLimits limits);
  void add(std::shared_ptr<ActiveJob> job);
  /// A job that was cancelled and waits needs no turn: it only writes its report.
  void give_up_waiting(JobId job);
  /// To be called when time has made a jump.
  void look_again();

  /// Waiting or running.
  std::shared_ptr<ActiveJob> find(JobId job) const;
  std::vector<std::shared_ptr<ActiveJob>> all() const;
  bool is_running(JobId job) const;
  /// All jobs are asked to end; none should be run again.
  bool is_ending() const { return manager_.get_stop_token().stop_requested(); }
  /// How many have run since the start.
  std::size_t jobs_run() const;

  /// The last ten that ended, oldest first; `remembered` are those of before the start.
  std::vector<console::TerminatedJob> terminated() const;
  void remember(std::vector<console::TerminatedJob> remembered);

  /// Waits until the job (all, where it is 0) is neither waiting nor running; false when stopped first.
  bool wait_for_end(JobId job, std::stop_token stop);

 private:
  using ThreadNumber = std::uint64_t;
  struct Entry {
    std::shared_ptr<ActiveJob> job;
    bool runs = false;
  };
  struct State {
    std::map<JobId, Entry> jobs;
    jobs::JobQueue queue;
    std::vector<std::shared_ptr<ActiveJob>> starting;
    std::deque<console::TerminatedJob> terminated;
    std::vector<ThreadNumber> over;  ///< threads to be joined
    std::size_t jobs_run = 0;
    bool has_news = false;
  };

  void add_to(State& state, std::shared_ptr<ActiveJob> job) const;
  void note_due(ActiveJob& job) const;
  void manage(std::stop_token stop);
  std::chrono::nanoseconds pause() const;
  std::vector<std::shared_ptr<ActiveJob>> start_what_may(State& state);
  void start(std::shared_ptr<ActiveJob> job);
  void ended(ActiveJob& job, std::shared_ptr<ActiveJob> again, ThreadNumber thread);

  const Clock& clock_;
  Run run_;
  Guarded<State> state_;
  std::map<ThreadNumber, std::jthread> threads_;  ///< of the manager only
  ThreadNumber next_thread_ = 0;
  std::jthread manager_;
};

}  // namespace holdfast::director

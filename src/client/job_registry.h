// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/job_record.h"

namespace holdfast::client {

/// A job that is over, for the table of terminated jobs.
struct TerminatedJob {
  JobId id;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  JobStatus status = JobStatus::terminated;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint32_t errors = 0;
  Time ended;
  std::string name;  ///< the unique job name
};

/// The conversations of a File Daemon and its last ten jobs. Any thread.
class JobRegistry {
 public:
  static constexpr std::size_t remembered = 10;

  /// Keeps a record in the list of running conversations as long as it lives.
  class Entry {
   public:
    Entry(JobRegistry& registry, std::shared_ptr<JobRecord> record);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    JobRegistry& registry_;
    std::shared_ptr<JobRecord> record_;
  };

  /// In the order of their start.
  std::vector<std::shared_ptr<JobRecord>> running() const;
  /// By the unique job name; null where there is none.
  std::shared_ptr<JobRecord> find(std::string_view job) const;

  /// The conversation becomes a job; false, and nothing changed, where `limit` others run jobs already.
  bool begin(JobRecord& record, JobRecord::Identity identity, std::size_t limit);

  /// Counts the job and remembers it.
  void terminated(TerminatedJob job);
  /// The oldest first.
  std::vector<TerminatedJob> last_jobs() const;
  std::uint64_t jobs_run() const;

 private:
  struct State {
    std::list<std::shared_ptr<JobRecord>> running;
    std::deque<TerminatedJob> terminated;
    std::uint64_t jobs_run = 0;
  };
  Guarded<State> state_;
};

}  // namespace holdfast::client

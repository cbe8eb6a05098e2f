// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "console/job_control.h"

namespace holdfast::apps {

/// One line on a terminal that is written over while a job runs: a bar where the whole is known, files, bytes, rate,
/// time left. Nothing where standard output is no terminal.
class JobProgress {
 public:
  JobProgress();
  void show(const console::RunningJob& job);
  /// Takes the line away again.
  void clear();

 private:
  std::string text(const console::RunningJob& job) const;

  bool on_terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

/// The fields of docs/manual/command-line.md.
std::string job_as_json(const console::JobRecord& job);
std::string jobs_as_json(const std::vector<console::JobRecord>& jobs,
                         const std::vector<console::RunningJob>& running);

/// A table for people, colours on a terminal only.
void print_jobs(const std::vector<console::JobRecord>& jobs);
void print_running(const std::vector<console::RunningJob>& jobs);
void print_job(const console::JobRecord& job);

/// 0, exit_job_warnings or exit_job_failed.
int exit_code_of(const console::JobRecord& job);

/// Follows a job that was just queued to its end and tells how it went; the exit code.
int follow_and_tell(console::ApiSession& session, JobId id, bool json);

}  // namespace holdfast::apps

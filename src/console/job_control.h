// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/ids.h"
#include "console/api_session.h"

// Jobs as one-shot commands see them, over the console protocol; works with the peer's Director too.
namespace holdfast::console {

/// A job as the catalog has it.
struct JobRecord {
  JobId id;
  std::string unique_name;
  std::string name;
  std::string client;
  std::string file_set;
  char type = ' ';
  char level = ' ';
  char status = ' ';  ///< interop 08, section 1.3
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;
  std::string started;  ///< "2026-11-22 21:51:06", Director's local time; may be empty
  std::string ended;
  std::string duration;

  /// Ended well, with or without warnings.
  bool is_good() const { return status == 'T' || status == 'W'; }
  bool has_ended() const;
};

/// A job that waits or runs.
struct RunningJob {
  JobId id;
  std::string unique_name;
  std::string type;
  std::string level;
  std::string status;  ///< in words: "is running"
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t files_expected = 0;  ///< 0 where the Director does not know, as for bytes_expected
  std::uint64_t bytes_expected = 0;
};

/// "OK", "Canceled", … for people.
std::string status_words(char status);

/// Runs a `run` or `restore` command, which must be complete; the id of the job it queued. Throws Error.
JobId start_job(ApiSession& session, const std::string& command);

std::optional<JobRecord> find_job(ApiSession& session, JobId id);
/// Any `list jobs` restrictions of the protocol: "days=1 limit=20 reverse".
std::vector<JobRecord> list_jobs(ApiSession& session, const std::string& restrictions);
std::vector<RunningJob> running_jobs(ApiSession& session);
/// The lines the job logged.
std::vector<std::string> job_log(ApiSession& session, JobId id);

/// Looks every `interval` until the job has ended, telling `progress` each time it runs. Returns its record.
/// Throws Error{cancelled} when `stop` was requested, Error{not_found} for a job that does not exist.
JobRecord follow_job(ApiSession& session, JobId id, std::chrono::milliseconds interval,
                     const std::function<void(const RunningJob&)>& progress, std::stop_token stop);

void cancel_job(ApiSession& session, JobId id);

}  // namespace holdfast::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testing/director/lab.h"
#include "testing/transport/replay.h"

namespace holdfast::testing_support {

/// A recording in which the Director's roles are replayed: the recorded daemons say what they said.
struct RecordedJob {
  const char* recording;
  const char* job;    ///< name of the Job resource
  std::int64_t time;  ///< when the recorded job started
  JobLevel level = JobLevel::full;
  JobStatus status = JobStatus::terminated;
  std::uint32_t files = 0;     ///< expected of a restore
  const char* bootstrap = "";  ///< of a restore
  bool is_estimate = false;
};

/// All of them in the order in which they were made on one catalog, so that JobIds come out as recorded. In status-all
/// the Director only relays; that, and all consoles, are replayed in director/console.
const std::vector<RecordedJob>& recorded_jobs();

/// The resources of the recorded Director that Lab does not have by itself.
std::string recorded_job_resources();

/// Of what differs from run to run in the conversations of jobs.
std::vector<ReplayMask> job_masks();

/// Plays the daemons of one recording, and compares what our Director says to them.
class RecordedDaemons {
 public:
  RecordedDaemons(const Transcript& transcript, Lab& lab);
  /// One line for each packet that is not as recorded.
  std::vector<std::string> differences();

 private:
  std::optional<Replay> storage_;
  std::optional<Replay> client_;
};

/// Runs the recorded job in the lab; what it was asked to do differently is `differences`.
struct ReplayedJob {
  JobId id;
  std::vector<std::string> differences;
};
ReplayedJob replay(const RecordedJob& recorded, Lab& lab);

/// What the recorded Director logged of the job, as a console showed it, and what ours did: lines without times, unique
/// names and paths of this machine, sorted, because messages of different daemons come in any order.
std::vector<std::string> recorded_log(const std::string& recording);
std::vector<std::string> comparable_log(const std::string& text);
/// "said: ..." and "not said: ...", in any order of the lines.
std::vector<std::string> log_differences(std::vector<std::string> recorded, std::vector<std::string> ours);
/// The packets behind some moment lack in the recording, and with them messages.
bool was_cut_off(const std::string& recording);

}  // namespace holdfast::testing_support

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "director/active_job.h"
#include "director/job_runner.h"
#include "stream/record_tally.h"
#include "wire/catalog_requests.h"
#include "wire/client_to_director.h"
#include "wire/storage_to_director.h"

namespace holdfast::director {

/// Times of another job, which a job takes over.
struct JobTimes {
  Moment started{};
  Moment ended{};
  std::int64_t job_tdate = 0;
};

/// What was learned of a job while it ran.
struct JobOutcome {
  bool has_client = false;   ///< there was, or was to be, a conversation with one
  bool has_storage = false;  ///< likewise
  std::optional<wire::client::JobEnd> client;
  std::optional<wire::storage::JobEnd> storage;
  std::optional<std::string> client_erase_command;
  std::optional<std::string> storage_erase_command;
  std::string client_system;
  std::string last_volume;
  std::uint64_t catalogued = 0;    ///< files that reached the catalog
  std::uint64_t catalog_rows = 0;  ///< rows of File made of them
  /// What each of the three counted; the daemons only where they are ours.
  std::optional<wire::RecordProof> client_proof;
  std::optional<wire::RecordProof> storage_proof;
  stream::RecordCounts catalog_counts;
  bool expects_catalogued = true;
  std::uint64_t files_expected = 0;     ///< verify of volumes
  std::uint64_t files_examined = 0;     ///< verify: the last FileIndex that was told
  bool found_jobs = false;              ///< copy and migrate: there was something to do
  std::optional<JobTimes> times;        ///< instead of its own
  std::uint64_t expected_warnings = 0;  ///< that were told, and leave a job that is OK so
  std::function<void()> completed;   ///< done when its row is complete, before others see that it has ended
  std::function<void()> afterwards;  ///< done when end record and report are written
};

/// The status that results from the three daemons: the first that is not T (interop 08, section 16).
JobStatus final_status(const ActiveJob& job, const JobOutcome& outcome);

/// What the log says of the files that went to the catalog.
void tell_about_insert(ActiveJob& job, const JobOutcome& outcome);

/// End record, WriteBootstrap and report.
void finish_job(ActiveJob& job, const JobOutcome& outcome, catalog::Catalog& catalog,
                const JobSurroundings& surroundings);

}  // namespace holdfast::director

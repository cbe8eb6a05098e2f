// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "director/active_job.h"
#include "director/job_runner.h"
#include "wire/client_to_director.h"
#include "wire/storage_to_director.h"

namespace holdfast::director {

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
  std::uint64_t catalogued = 0;  ///< files that reached the catalog
  bool expects_catalogued = true;
  std::uint64_t files_expected = 0;  ///< verify of volumes
  std::uint64_t files_examined = 0;  ///< verify: the last FileIndex that was told
};

/// The status that results from the three daemons: the first that is not T (interop 08, section 16).
JobStatus final_status(const ActiveJob& job, const JobOutcome& outcome);

/// Whether client, storage and catalog agree about what a backup saved; says in the log where they do not.
bool counts_agree(ActiveJob& job, const JobOutcome& outcome, catalog::VolumeCatalog& volumes);

/// End record, WriteBootstrap and report.
void finish_job(ActiveJob& job, const JobOutcome& outcome, catalog::Catalog& catalog,
                const JobSurroundings& surroundings);

}  // namespace holdfast::director

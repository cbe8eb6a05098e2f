// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "base/job_codes.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// What reports of copies and migrations tell besides (copy_report.h). Pool and storage of the report are those
/// written to.
struct CopyReport {
  JobId source;  ///< 0: the job only selected others
  std::string source_job;
  JobId result;             ///< 0: none was made
  bool found_jobs = false;  ///< there was something to copy
  std::string read_pool, read_pool_source;
  std::string read_storage, read_storage_source;
};

/// Everything a job report tells. Programs parse it: what is printed, and in which order, is fixed (interop
/// 08, section 21).
struct QuotaReport {
  std::uint64_t used = 0;
  std::uint64_t burst = 0;
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
  Moment grace_ends{};  ///< none: the soft quota is not exceeded
};

struct JobReport {
  std::string director;
  std::string version;     ///< "25.1.0"
  std::string short_date;  ///< "03Aug26"
  std::string system;      ///< "Debian GNU/Linux 12 (bookworm)"
  std::string binary;      ///< the "binary info"
  JobId job;
  std::string unique_name;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::full;
  JobStatus status = JobStatus::terminated;
  std::string since_text;
  std::string client;
  std::string client_system;
  std::string fileset;
  Moment fileset_created{};
  std::string pool, pool_source;
  std::string catalog, catalog_source;
  std::string storage, storage_source;
  Moment scheduled{};
  Moment started{};
  Moment ended{};
  std::uint32_t priority = 10;
  bool allows_mixed_priority = false;
  std::uint64_t client_files = 0;
  std::uint64_t storage_files = 0;
  std::uint64_t client_bytes_read = 0;
  std::uint64_t client_bytes = 0;
  std::uint64_t storage_bytes = 0;
  std::optional<QuotaReport> quota{};  ///< of clients that have one
  std::string compression = "None";    ///< see compression_text()
  bool vss = false;
  bool encrypted = false;
  bool accurate = false;
  std::string volumes;  ///< separated by '|'
  VolumeSession session;
  std::uint64_t last_volume_bytes = 0;
  std::uint64_t client_errors = 0;
  std::uint64_t storage_errors = 0;
  std::optional<JobStatus> client_status;
  std::optional<JobStatus> storage_status;
  /// Commands of the three daemons; lines only where one of them has any, or was never asked.
  std::string director_erase_command;
  std::optional<std::string> client_erase_command;
  std::optional<std::string> storage_erase_command;
  std::string trigger = "User";
  std::uint64_t files_expected = 0;  ///< restore, and verify of volumes
  std::uint64_t files_examined = 0;  ///< verify
  std::string verified_job;          ///< verify: name of the Job resource whose jobs are verified
  std::uint64_t warnings = 0;
  CopyReport copy;
};

/// The whole block, ending in an empty line.
std::string backup_report(const JobReport& report);
std::string restore_report(const JobReport& report);
std::string verify_report(const JobReport& report);
/// Of jobs without client and storage: Admin, Archive, Consolidate.
std::string plain_report(const JobReport& report);

/// "Backup OK", "*** Restore Error ***", …
std::string termination_text(JobType type, JobStatus status, std::uint64_t warnings);

/// "52.3 % (gzip)": how much smaller `written` is than `read`.
std::string compression_text(std::uint64_t read, std::uint64_t written, std::string_view algorithms);

}  // namespace holdfast::jobs

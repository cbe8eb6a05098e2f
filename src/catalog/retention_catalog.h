// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// A good backup (type B, status T or W, level F, D or I) as retention sees it.
struct BackupRow {
  JobId job{};
  std::string name{};  ///< of the Job resource
  ClientId client{};
  std::string client_name{};
  FileSetId fileset{};
  std::string fileset_name{};
  PoolId pool{};
  JobLevel level = JobLevel::full;
  Moment started{};
  Moment ended{};
  std::int64_t job_tdate = 0;
  std::uint32_t files = 0;
  bool has_base = false;
  /// Every volume with data of it is enabled and has not been marked for reuse or as bad.
  bool is_readable = true;
};

/// A job that may be pruned.
struct ExpiringRow {
  JobId job{};
  std::string name{};
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  JobStatus status = JobStatus::terminated;
  ClientId client{};
  PoolId pool{};
  std::int64_t job_tdate = 0;
  std::uint32_t files = 0;
};

/// Chooses ended jobs. What is not set does not restrict.
struct ExpiringFilter {
  std::optional<ClientId> client{};
  std::optional<PoolId> pool{};
  std::optional<MediaId> volume{};             ///< with JobMedia rows there
  std::optional<std::int64_t> tdate_before{};  ///< exclusive
  std::vector<JobStatus> statuses{};           ///< any of them; empty for all that are final
  bool only_with_file_rows = false;            ///< whose files were not all purged yet
};

/// What retention needs of the catalog and does to it (interop 07, section 8; 08, section 14). Large deletions
/// are cut into transactions of bounded size, between which other sessions get their turn; a failure or crash
/// between any two leaves every job either whole, or marked as one whose files were purged, or gone, and doing
/// the same again completes it.
class RetentionCatalog {
 public:
  virtual ~RetentionCatalog() = default;

  /// By client, name of FileSet, JobTDate, JobId.
  virtual std::vector<BackupRow> backups(std::optional<ClientId> client) = 0;
  /// The jobs whose files the BaseFiles rows of these jobs refer to.
  virtual std::vector<JobId> base_jobs(std::span<const JobId> jobs) = 0;
  /// Jobs in a final state, by JobTDate, then JobId. Never one that still waits or runs.
  virtual std::vector<ExpiringRow> ended_jobs(const ExpiringFilter& filter) = 0;
  /// Jobs with JobMedia rows on the volume, in whatever state.
  virtual std::vector<JobId> jobs_on(MediaId volume) = 0;
  virtual bool has_jobs(MediaId volume) = 0;
  /// Whether a job that has not ended has JobMedia rows there.
  virtual bool has_unfinished_job(MediaId volume) = 0;
  /// Control and worker rows of copies and migrations (types c, g) that stand for one of these jobs.
  virtual std::vector<JobId> workers_of(std::span<const JobId> jobs) = 0;

  /// Removes File and BaseFiles rows and sets PurgedFiles.
  virtual void purge_files(std::span<const JobId> jobs) = 0;
  /// Removes the jobs with everything that hangs on them. Where copies of one remain, the oldest becomes the
  /// backup.
  virtual void purge_jobs(std::span<const JobId> jobs) = 0;
  /// Another name or type for a job; what is empty stays.
  virtual void rename_job(JobId job, const std::optional<std::string>& name, std::optional<JobType> type) = 0;

  /// Reads the row of a volume, lets `change` alter it and stores it in one transaction, so that nothing is lost of
  /// what others write about the volume at the same time. The row that results; empty where there is none. `change`
  /// must not use the catalog.
  virtual std::optional<VolumeRow> change_volume(MediaId volume,
                                                 const std::function<void(VolumeRow&)>& change) = 0;
  /// Removes the row of a volume. Its jobs must have been purged before.
  virtual void remove_volume(MediaId volume) = 0;
  virtual void remove_pool(PoolId pool) = 0;
  virtual void remove_storage(StorageId storage) = 0;
  /// Writes the numbers of volumes into the rows of all pools.
  virtual void count_volumes() = 0;
  /// By PoolId.
  virtual std::vector<PoolRow> pools() = 0;

  /// Copies ended jobs that are older into JobHisto, those that are not there yet; how many.
  virtual std::uint64_t keep_statistics(std::int64_t tdate_before) = 0;
  enum class Statistics { jobs, devices, job_samples };  ///< JobHisto, DeviceStats, JobStats
  virtual void prune_statistics(Statistics which, Moment before) = 0;

  enum class Below { only_itself, everything };
  /// Removes the File rows of a directory (path ends in '/'), of one client or of all; returns how many.
  virtual std::uint64_t purge_directory(std::string_view path, Below below,
                                        std::optional<ClientId> client) = 0;
  /// Removes the Path rows below that no file refers to; returns how many.
  virtual std::uint64_t purge_orphaned_paths(std::string_view path, Below below) = 0;
};

struct CounterRow {
  std::string name{};
  std::int32_t minimum = 0;
  std::int32_t maximum = 2147483647;
  std::int32_t current = 0;
  std::string wrap_counter{};
};

class CounterCatalog {
 public:
  virtual ~CounterCatalog() = default;
  virtual std::optional<CounterRow> find(std::string_view name) = 0;
  /// Creates the row, or sets all but the current value, which is kept within the limits.
  virtual void put(const CounterRow& row) = 0;
  /// The current value; then the next one, from the maximum on to the minimum, is stored.
  virtual std::optional<std::int32_t> step(std::string_view name) = 0;
};

struct QuotaRow {
  ClientId client{};
  std::int64_t grace_time = 0;  ///< Unix seconds when the soft limit was first exceeded; 0: it is not
  std::uint64_t limit = 0;      ///< burst limit in force; 0: none
};

class QuotaCatalog {
 public:
  virtual ~QuotaCatalog() = default;
  /// The row of the client, created where there is none.
  virtual QuotaRow get_or_create(ClientId client) = 0;
  virtual void update(const QuotaRow& row) = 0;
  enum class Counted { all_jobs, only_good };  ///< the second leaves out status E, f and A
  /// The sum of JobBytes of the client's jobs that were scheduled after `since`, without `except`.
  virtual std::uint64_t used_bytes(ClientId client, Moment since, Counted counted, JobId except) = 0;
};

}  // namespace holdfast::catalog

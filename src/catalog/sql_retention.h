// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/retention_catalog.h"
#include "catalog/sql_session.h"
#include "catalog/sql_volumes.h"

namespace holdfast::catalog {

// How many rows one transaction removes: some hundredths of a second, which nobody who waits for it notices.
inline constexpr std::int64_t rows_in_a_step = 5'000;

class SqlRetention final : public RetentionCatalog {
 public:
  SqlRetention(SqlSession& session, SqlVolumes& volumes) : session_(session), volumes_(volumes) {}

  std::vector<BackupRow> backups(std::optional<ClientId> client) override;
  std::vector<JobId> base_jobs(std::span<const JobId> jobs) override;
  std::vector<ExpiringRow> ended_jobs(const ExpiringFilter& filter) override;
  std::vector<JobId> jobs_on(MediaId volume) override;
  bool has_jobs(MediaId volume) override;
  bool has_unfinished_job(MediaId volume) override;
  std::vector<JobId> workers_of(std::span<const JobId> jobs) override;
  void purge_files(std::span<const JobId> jobs) override;
  void purge_jobs(std::span<const JobId> jobs) override;
  void rename_job(JobId job, const std::optional<std::string>& name, std::optional<JobType> type) override;
  std::optional<VolumeRow> change_volume(MediaId volume,
                                         const std::function<void(VolumeRow&)>& change) override;
  void remove_volume(MediaId volume) override;
  void remove_pool(PoolId pool) override;
  void remove_storage(StorageId storage) override;
  void count_volumes() override;
  std::vector<PoolRow> pools() override;
  std::uint64_t keep_statistics(std::int64_t tdate_before) override;
  void prune_statistics(Statistics which, Moment before) override;
  std::uint64_t purge_directory(std::string_view path, Below below, std::optional<ClientId> client) override;
  std::uint64_t purge_orphaned_paths(std::string_view path, Below below) override;

 private:
  bool exists(std::string_view sql, std::initializer_list<SqlValue> values);
  std::vector<JobId> job_ids(const std::string& sql, std::initializer_list<SqlValue> values);
  /// Removes the rows that `rows` (a SELECT of keys with JobId = ?1, LIMIT ?2) finds, some at a time.
  void remove_in_steps(std::string_view table, std::string_view key, std::string_view rows, JobId job);
  void purge_chunk(std::span<const JobId> jobs);
  void promote_copies(const std::string& jobs);
  std::uint64_t count(const std::string& from_and_where, std::initializer_list<SqlValue> values);

  SqlSession& session_;
  SqlVolumes& volumes_;
};

class SqlCounters final : public CounterCatalog {
 public:
  explicit SqlCounters(SqlSession& session) : session_(session) {}

  std::optional<CounterRow> find(std::string_view name) override;
  void put(const CounterRow& row) override;
  std::optional<std::int32_t> step(std::string_view name) override;

 private:
  SqlSession& session_;
};

class SqlQuotas final : public QuotaCatalog {
 public:
  explicit SqlQuotas(SqlSession& session) : session_(session) {}

  QuotaRow get_or_create(ClientId client) override;
  void update(const QuotaRow& row) override;
  std::uint64_t used_bytes(ClientId client, Moment since, Counted counted, JobId except) override;

 private:
  SqlSession& session_;
};

}  // namespace holdfast::catalog

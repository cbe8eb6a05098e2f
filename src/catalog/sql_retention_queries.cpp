// SPDX-License-Identifier: AGPL-3.0-or-later
// What retention asks of the catalog, and directories that are taken out of it.
#include <fmt/core.h>

#include "base/error.h"
#include "catalog/sql_jobs.h"
#include "catalog/sql_retention.h"

namespace holdfast::catalog {
namespace {

BackupRow read_backup(const ResultRow& from) {
  ColumnReader column(from);
  BackupRow row;
  row.job = column.id<JobId>();
  row.name = column.text();
  row.client = column.id<ClientId>();
  row.client_name = column.text();
  row.fileset = column.id<FileSetId>();
  row.fileset_name = column.text();
  row.pool = column.id<PoolId>();
  row.level = column.letter(JobLevel::none);
  row.started = column.moment();
  row.ended = column.moment();
  row.job_tdate = column.number<std::int64_t>();
  row.files = column.number<std::uint32_t>();
  row.has_base = column.flag();
  row.is_readable = column.flag();
  return row;
}

// A job with files that lies nowhere cannot be read either.
constexpr std::string_view select_backups =
    "SELECT J.JobId, J.Name, J.ClientId, C.Name, J.FileSetId, F.FileSet, J.PoolId, J.Level, J.StartTime, "
    "J.EndTime, "
    "J.JobTDate, J.JobFiles, J.HasBase, CASE WHEN EXISTS (SELECT 1 FROM JobMedia P LEFT JOIN Media V ON "
    "V.MediaId = "
    "P.MediaId WHERE P.JobId = J.JobId AND (V.MediaId IS NULL OR V.Enabled <> 1 OR V.VolStatus IN ('Purged', "
    "'Recycle', 'Error'))) OR (J.JobFiles > 0 AND NOT EXISTS (SELECT 1 FROM JobMedia P WHERE P.JobId = "
    "J.JobId)) "
    "THEN 0 ELSE 1 END FROM Job J LEFT JOIN Client C ON C.ClientId = J.ClientId LEFT JOIN FileSet F ON "
    "F.FileSetId "
    "= J.FileSetId WHERE J.Type = 'B' AND J.JobStatus IN ('T', 'W') AND J.Level IN ('F', 'D', 'I')";

ExpiringRow read_expiring(const ResultRow& from) {
  ColumnReader column(from);
  ExpiringRow row;
  row.job = column.id<JobId>();
  row.name = column.text();
  row.type = column.letter(JobType::none);
  row.level = column.letter(JobLevel::none);
  row.status = column.letter(JobStatus::created);
  row.client = column.id<ClientId>();
  row.pool = column.id<PoolId>();
  row.job_tdate = column.number<std::int64_t>();
  row.files = column.number<std::uint32_t>();
  return row;
}

/// A condition on Path.Path with the path as ?{first}, and where it is a range its end as the next place.
std::string paths_condition(RetentionCatalog::Below below, int first) {
  return below == RetentionCatalog::Below::only_itself
             ? fmt::format("Path = ?{0} AND ?{1} = ?{1}", first, first + 1)
             : fmt::format("Path >= ?{} AND Path < ?{}", first, first + 1);
}

/// The first text behind all that begin with `path`, which ends in '/'.
std::string end_of(std::string_view path) {
  std::string end(path);
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace

bool SqlRetention::exists(std::string_view sql, std::initializer_list<SqlValue> values) {
  return session_.first(sql, values, [](const ResultRow&) { return true; }).has_value();
}

std::vector<JobId> SqlRetention::job_ids(const std::string& sql, std::initializer_list<SqlValue> values) {
  std::vector<JobId> ids;
  session_.each(sql, values, [&](const ResultRow& row) {
    ids.emplace_back(static_cast<std::uint32_t>(row.number(0)));
    return true;
  });
  return ids;
}

std::uint64_t SqlRetention::count(const std::string& from_and_where, std::initializer_list<SqlValue> values) {
  return session_
      .first("SELECT COUNT(*) " + from_and_where, values,
             [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
      .value_or(0);
}

std::vector<BackupRow> SqlRetention::backups(std::optional<ClientId> client) {
  static constexpr std::string_view order = " ORDER BY J.ClientId, F.FileSet, J.JobTDate, J.JobId";
  static const std::string of_all = fmt::format("{}{}", select_backups, order);
  static const std::string of_one = fmt::format("{} AND J.ClientId = ?1{}", select_backups, order);
  std::vector<BackupRow> rows;
  const auto take = [&](const ResultRow& row) {
    rows.push_back(read_backup(row));
    return true;
  };
  if (client)
    session_.each(of_one, {value_of(*client)}, take);
  else
    session_.each(of_all, {}, take);
  return rows;
}

std::vector<JobId> SqlRetention::base_jobs(std::span<const JobId> jobs) {
  if (jobs.empty()) return {};
  return job_ids(
      fmt::format("SELECT DISTINCT BaseJobId FROM BaseFiles WHERE JobId IN ({}) AND BaseJobId IS NOT NULL",
                  id_list(jobs)),
      {});
}

std::vector<ExpiringRow> SqlRetention::ended_jobs(const ExpiringFilter& filter) {
  SelectBuilder select(
      "SELECT JobId, Name, Type, Level, JobStatus, ClientId, PoolId, JobTDate, JobFiles FROM Job");
  std::vector<std::string> statuses;
  for (const JobStatus status : filter.statuses) statuses.emplace_back(1, static_cast<char>(status));
  select.where(fmt::format("JobStatus NOT IN {}", unfinished_statuses));
  if (filter.client) select.where("ClientId = ?", value_of(*filter.client));
  if (filter.pool) select.where("PoolId = ?", value_of(*filter.pool));
  if (filter.volume)
    select.where("JobId IN (SELECT JobId FROM JobMedia WHERE MediaId = ?)", value_of(*filter.volume));
  if (filter.tdate_before) select.where("JobTDate < ?", value_of(*filter.tdate_before));
  select.where_in("JobStatus", statuses);
  // Marked jobs that still have rows: a purge was interrupted.
  if (filter.only_with_file_rows)
    select.where("(PurgedFiles = 0 OR EXISTS (SELECT 1 FROM File WHERE File.JobId = Job.JobId))");
  select.append(" ORDER BY JobTDate, JobId");
  std::vector<ExpiringRow> rows;
  session_.each(select.sql(), select.values(), [&](const ResultRow& row) {
    rows.push_back(read_expiring(row));
    return true;
  });
  return rows;
}

std::vector<JobId> SqlRetention::jobs_on(MediaId volume) {
  return job_ids("SELECT DISTINCT JobId FROM JobMedia WHERE MediaId = ?1 ORDER BY JobId", {value_of(volume)});
}

bool SqlRetention::has_jobs(MediaId volume) {
  return exists("SELECT 1 FROM JobMedia WHERE MediaId = ?1 LIMIT 1", {value_of(volume)});
}

bool SqlRetention::has_unfinished_job(MediaId volume) {
  static const std::string sql = fmt::format(
      "SELECT 1 FROM Job WHERE JobId IN (SELECT JobId FROM JobMedia WHERE MediaId = ?1) AND JobStatus IN {} "
      "LIMIT 1",
      unfinished_statuses);
  return exists(sql, {value_of(volume)});
}

std::vector<JobId> SqlRetention::workers_of(std::span<const JobId> jobs) {
  if (jobs.empty()) return {};
  return job_ids(
      fmt::format(
          "SELECT JobId FROM Job WHERE Type IN ('c', 'g') AND PriorJobId IN ({}) AND JobStatus NOT IN {} "
          "ORDER BY JobId",
          id_list(jobs), unfinished_statuses),
      {});
}

std::vector<PoolRow> SqlRetention::pools() {
  std::vector<PoolRow> rows;
  session_.each(
      "SELECT PoolId, Name, (SELECT COUNT(*) FROM Media WHERE Media.PoolId = Pool.PoolId), MaxVols, "
      "ScratchPoolId, "
      "RecyclePoolId, PoolType FROM Pool ORDER BY PoolId",
      {}, [&](const ResultRow& from) {
        ColumnReader column(from);
        PoolRow& row = rows.emplace_back();
        row.id = column.id<PoolId>();
        row.name = column.text();
        row.volumes = column.number<std::uint32_t>();
        row.max_volumes = column.number<std::uint32_t>();
        row.scratch_pool = column.id<PoolId>();
        row.recycle_pool = column.id<PoolId>();
        row.type = column.text();
        return true;
      });
  return rows;
}

std::uint64_t SqlRetention::purge_directory(std::string_view path, Below below,
                                            std::optional<ClientId> client) {
  const std::string end = end_of(path);
  const std::string rows =
      fmt::format("FROM File WHERE JobId = ?1 AND PathId IN (SELECT PathId FROM Path WHERE {})",
                  paths_condition(below, 2));
  const std::string step =
      fmt::format("DELETE FROM File WHERE FileId IN (SELECT FileId {} LIMIT {})", rows, rows_in_a_step);
  const auto jobs =
      client ? job_ids("SELECT JobId FROM Job WHERE ClientId = ?1 ORDER BY JobId", {value_of(*client)})
             : job_ids("SELECT JobId FROM Job ORDER BY JobId", {});
  std::uint64_t removed = 0;
  for (const JobId job : jobs) {
    while (const std::uint64_t left = count(rows, {value_of(job), path, value_of(end)})) {
      in_transaction(session_.connection(), SqlConnection::Durability::process_death, [&] {
        session_.run(step, {value_of(job), path, value_of(end)});
      });
      removed += std::min(left, static_cast<std::uint64_t>(rows_in_a_step));
      if (left > static_cast<std::uint64_t>(rows_in_a_step)) session_.connection().let_others_write();
    }
  }
  return removed;
}

std::uint64_t SqlRetention::purge_orphaned_paths(std::string_view path, Below below) {
  static const std::string any_unfinished =
      fmt::format("SELECT 1 FROM Job WHERE JobStatus IN {} LIMIT 1", unfinished_statuses);
  const std::string end = end_of(path);
  const std::string orphans = fmt::format("FROM Path WHERE {} AND PathId NOT IN (SELECT PathId FROM File)",
                                          paths_condition(below, 1));
  std::uint64_t found = 0;
  session_.transaction([&] {
    // A running job remembers the PathIds it has seen; one that is gone would leave its files without a path.
    if (exists(any_unfinished, {}))
      throw Error(ErrorKind::refused, "Paths can be removed only while no job is running. Try again later.");
    found = count(orphans, {path, value_of(end)});
    for (const char* table : {"PathVisibility", "PathHierarchy", "Path"})
      session_.run(fmt::format("DELETE FROM {} WHERE PathId IN (SELECT PathId {})", table, orphans),
                   {path, value_of(end)});
  });
  return found;
}

}  // namespace holdfast::catalog

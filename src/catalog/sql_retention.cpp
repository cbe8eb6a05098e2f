// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_retention.h"

#include <fmt/core.h>

#include "base/error.h"
#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
namespace {

constexpr std::size_t jobs_in_a_step = 200;

// What a purge does is done again if a power cut undoes it; a later commit of anybody makes it durable too.
constexpr auto durability = SqlConnection::Durability::process_death;

/// Calls `act` with the jobs, some at a time.
template <typename Act>
void in_chunks(std::span<const JobId> jobs, Act&& act) {
  for (std::size_t from = 0; from < jobs.size(); from += jobs_in_a_step)
    act(jobs.subspan(from, std::min(jobs_in_a_step, jobs.size() - from)));
}

}  // namespace

void SqlRetention::remove_in_steps(std::string_view table, std::string_view key, std::string_view rows,
                                   JobId job) {
  const std::string remove =
      fmt::format("DELETE FROM {} WHERE JobId = ?1 AND {} IN ({} LIMIT ?2)", table, key, rows);
  const std::string more = fmt::format("{} LIMIT 1", rows);
  bool is_first = true;
  while (exists(more, {value_of(job)})) {
    if (!std::exchange(is_first, false)) session_.connection().let_others_write();
    in_transaction(
        session_.connection(), durability,
        [&] {
          session_.run(remove, {value_of(job), value_of(rows_in_a_step)});
        },
        SqlConnection::Writers::side_by_side);
  }
}

// PurgedFiles comes first: a job that lost some of its files never looks as if it had them all.
void SqlRetention::purge_files(std::span<const JobId> jobs) {
  for (const JobId job : jobs) {
    in_transaction(session_.connection(), durability,
                   [&] { session_.run("UPDATE Job SET PurgedFiles = 1 WHERE JobId = ?1", {value_of(job)}); });
    // The order is that of the index: without it PostgreSQL reads the whole table from the start in every step.
    remove_in_steps("File", "FileId", "SELECT FileId FROM File WHERE JobId = ?1 ORDER BY PathId, Name", job);
    remove_in_steps("BaseFiles", "BaseId", "SELECT BaseId FROM BaseFiles WHERE JobId = ?1", job);
  }
}

void SqlRetention::purge_jobs(std::span<const JobId> jobs) {
  in_chunks(jobs, [&](std::span<const JobId> chunk) {
    purge_files(chunk);
    for (const JobId job : chunk)
      remove_in_steps("PathVisibility", "PathId", "SELECT PathId FROM PathVisibility WHERE JobId = ?1", job);
    purge_chunk(chunk);
  });
}

// The rows that tell where a job lies go together with the job: one without them would seem restorable.
void SqlRetention::purge_chunk(std::span<const JobId> jobs) {
  const std::string ids = id_list(jobs);
  in_transaction(session_.connection(), durability, [&] {
    for (const char* table : {"JobMedia", "Log", "RestoreObject", "NDMPJobEnvironment", "JobStats",
                              "HoldfastProof", "HoldfastWholeJob"})
      session_.run(fmt::format("DELETE FROM {} WHERE JobId IN ({})", table, ids), {});
    promote_copies(ids);
    session_.run(fmt::format("DELETE FROM Job WHERE JobId IN ({})", ids), {});
  });
}

void SqlRetention::promote_copies(const std::string& jobs) {
  const auto promoted = job_ids(
      fmt::format(
          "SELECT MIN(JobId) FROM Job WHERE Type = 'C' AND JobId NOT IN ({0}) AND (PriorJobId IN ({0}) OR "
          "PriorJobId IN (SELECT PriorJobId FROM Job WHERE Type = 'B' AND PriorJobId <> 0 AND JobId IN "
          "({0}))) GROUP BY PriorJobId",
          jobs),
      {});
  if (promoted.empty()) return;
  const std::string ids = id_list(promoted);
  session_.run(fmt::format("UPDATE Job SET Type = 'B' WHERE JobId IN ({})", ids), {});
  session_.run(fmt::format("DELETE FROM Job WHERE Type = 'c' AND PriorJobId IN ({})", ids), {});
}

void SqlRetention::rename_job(JobId job, const std::optional<std::string>& name,
                              std::optional<JobType> type) {
  const std::string letter(1, static_cast<char>(type.value_or(JobType::none)));
  session_.transaction([&] {
    if (name) session_.run("UPDATE Job SET Name = ?2 WHERE JobId = ?1", {value_of(job), value_of(*name)});
    if (type) session_.run("UPDATE Job SET Type = ?2 WHERE JobId = ?1", {value_of(job), value_of(letter)});
  });
}

std::optional<VolumeRow> SqlRetention::change_volume(MediaId volume,
                                                     const std::function<void(VolumeRow&)>& change) {
  return volumes_.change(volume, change);
}

void SqlRetention::remove_volume(MediaId volume) {
  session_.run("DELETE FROM Media WHERE MediaId = ?1", {value_of(volume)});
}

void SqlRetention::remove_pool(PoolId pool) {
  session_.run("DELETE FROM Pool WHERE PoolId = ?1", {value_of(pool)});
}

void SqlRetention::remove_storage(StorageId storage) {
  session_.run("DELETE FROM Storage WHERE StorageId = ?1", {value_of(storage)});
}

void SqlRetention::count_volumes() {
  session_.run(
      "UPDATE Pool SET NumVols = (SELECT COUNT(*) FROM Media WHERE Media.PoolId = Pool.PoolId) WHERE NumVols "
      "<> "
      "(SELECT COUNT(*) FROM Media WHERE Media.PoolId = Pool.PoolId)",
      {});
}

std::uint64_t SqlRetention::keep_statistics(std::int64_t tdate_before) {
  // All columns but HasCache, which describes the bvfs cache of the Job row alone.
  static constexpr std::string_view columns =
      "JobId, Job, Name, Type, Level, ClientId, JobStatus, SchedTime, StartTime, EndTime, RealEndTime, "
      "JobTDate, "
      "VolSessionId, VolSessionTime, JobFiles, JobBytes, ReadBytes, JobErrors, JobMissingFiles, PoolId, "
      "FileSetId, "
      "PriorJobId, PurgedFiles, HasBase, Reviewed, Comment";
  const auto jobs = job_ids(
      "SELECT JobId FROM Job WHERE JobStatus IN ('T', 'W', 'f', 'A', 'E') AND JobTDate < ?1 AND JobId NOT IN "
      "(SELECT JobId FROM JobHisto) ORDER BY JobId",
      {value_of(tdate_before)});
  in_chunks(jobs, [&](std::span<const JobId> chunk) {
    in_transaction(session_.connection(), durability, [&] {
      session_.run(
          fmt::format("INSERT INTO JobHisto ({0}) SELECT {0} FROM Job WHERE JobId IN ({1}) AND JobId NOT "
                      "IN (SELECT JobId FROM JobHisto)",
                      columns, id_list(chunk)),
          {});
    });
  });
  return jobs.size();
}

void SqlRetention::prune_statistics(Statistics which, Moment before) {
  const std::string text = to_text(before);
  switch (which) {
    case Statistics::jobs:
      session_.run("DELETE FROM JobHisto WHERE JobTDate < ?1", {value_of(before.time_since_epoch().count())});
      return;
    case Statistics::devices:
      session_.run("DELETE FROM DeviceStats WHERE SampleTime < ?1", {value_of(text)});
      return;
    case Statistics::job_samples:
      session_.run("DELETE FROM JobStats WHERE SampleTime < ?1", {value_of(text)});
      return;
  }
}

}  // namespace holdfast::catalog

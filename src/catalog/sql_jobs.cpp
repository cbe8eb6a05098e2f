// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
namespace {

constexpr std::string_view columns =
    "JobId, Job, Name, Type, Level, JobStatus, ClientId, PoolId, FileSetId, PriorJobId, SchedTime, "
    "StartTime, "
    "EndTime, RealEndTime, JobTDate, VolSessionId, VolSessionTime, JobFiles, JobBytes, ReadBytes, JobErrors, "
    "PurgedFiles, HasBase, Comment";

JobRow read_job(const ResultRow& from) {
  ColumnReader column(from);
  JobRow row;
  row.id = column.id<JobId>();
  row.job = column.text();
  row.name = column.text();
  row.type = column.letter(JobType::backup);
  row.level = column.letter(JobLevel::none);
  row.status = column.letter(JobStatus::created);
  row.client = column.id<ClientId>();
  row.pool = column.id<PoolId>();
  row.fileset = column.id<FileSetId>();
  row.prior = column.id<JobId>();
  row.scheduled = column.moment();
  row.started = column.moment();
  row.ended = column.moment();
  row.really_ended = column.moment();
  row.job_tdate = column.number<std::int64_t>();
  row.session.id = column.number<std::uint32_t>();
  row.session.time = column.number<std::uint32_t>();
  row.files = column.number<std::uint32_t>();
  row.bytes = column.number<std::uint64_t>();
  row.read_bytes = column.number<std::uint64_t>();
  row.errors = column.number<std::uint32_t>();
  row.files_purged = column.flag();
  row.has_base = column.flag();
  row.comment = column.text();
  return row;
}

/// A letter of an enumeration as a text that lives as long as this.
class Letter {
 public:
  template <typename T>
  explicit Letter(T letter) : letter_(static_cast<char>(letter)) {}
  operator SqlValue() const { return std::string_view(&letter_, 1); }

 private:
  char letter_;
};

template <typename T>
std::vector<std::string> letters(const std::vector<T>& from) {
  std::vector<std::string> texts;
  for (const T letter : from) texts.emplace_back(1, static_cast<char>(letter));
  return texts;
}

std::string order_of(const JobFilter& filter) {
  std::string order;
  switch (filter.order) {
    case JobFilter::Order::by_id: order = " ORDER BY JobId"; break;
    case JobFilter::Order::newest_start_first: order = " ORDER BY StartTime DESC, JobId DESC"; break;
    case JobFilter::Order::by_tdate: order = " ORDER BY JobTDate, JobId"; break;
  }
  if (filter.limit > 0) order += " LIMIT " + std::to_string(filter.limit);
  return order;
}

}  // namespace

JobId SqlJobs::create(const JobRow& row) {
  const MomentValue scheduled(row.scheduled);
  std::int64_t key = 0;
  session_.transaction([&] {
    key = session_.insert(
        "INSERT INTO Job (Job, Name, Type, Level, JobStatus, SchedTime, JobTDate, ClientId, Comment) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING JobId",
        {value_of(row.job), value_of(row.name), Letter(row.type), Letter(row.level), Letter(row.status),
         scheduled, value_of(row.scheduled.time_since_epoch().count()), value_of(row.client),
         value_of(row.comment)});
  });
  return JobId(static_cast<std::uint32_t>(key));
}

void SqlJobs::start(const JobRow& row) {
  const MomentValue started(row.started);
  session_.run(
      "UPDATE Job SET JobStatus = ?2, Level = ?3, StartTime = ?4, JobTDate = ?5, ClientId = ?6, PoolId = ?7, "
      "FileSetId = ?8, VolSessionId = ?9, VolSessionTime = ?10 WHERE JobId = ?1",
      {value_of(row.id), Letter(row.status), Letter(row.level), started,
       value_of(row.started.time_since_epoch().count()), value_of(row.client), value_of(row.pool),
       value_of(row.fileset), value_of(row.session.id), value_of(row.session.time)});
}

void SqlJobs::checkpoint(JobId job, std::uint32_t files, std::uint64_t bytes) {
  session_.run("UPDATE Job SET JobFiles = ?2, JobBytes = ?3 WHERE JobId = ?1",
               {value_of(job), value_of(files), value_of(bytes)});
}

void SqlJobs::finish(const JobRow& row) {
  const MomentValue started(row.started);
  const MomentValue ended(row.ended);
  const MomentValue really_ended(row.really_ended);
  session_.run(
      "UPDATE Job SET JobStatus = ?2, Level = ?3, StartTime = ?4, EndTime = ?5, RealEndTime = ?6, JobTDate = "
      "?7, "
      "ClientId = ?8, PoolId = ?9, FileSetId = ?10, VolSessionId = ?11, VolSessionTime = ?12, JobFiles = "
      "?13, "
      "JobBytes = ?14, ReadBytes = ?15, JobErrors = ?16, PriorJobId = ?17, HasBase = ?18, PurgedFiles = ?19 "
      "WHERE JobId = ?1",
      {value_of(row.id), Letter(row.status), Letter(row.level), started, ended, really_ended,
       value_of(row.job_tdate), value_of(row.client), value_of(row.pool), value_of(row.fileset),
       value_of(row.session.id), value_of(row.session.time), value_of(row.files), value_of(row.bytes),
       value_of(row.read_bytes), value_of(row.errors), value_of(row.prior), value_of(row.has_base),
       value_of(row.files_purged)});
}

std::optional<JobRow> SqlJobs::find(JobId job) {
  static const std::string sql = fmt::format("SELECT {} FROM Job WHERE JobId = ?1", columns);
  return session_.first(sql, {value_of(job)}, read_job);
}

std::optional<JobRow> SqlJobs::find(std::string_view unique_name) {
  static const std::string sql = fmt::format("SELECT {} FROM Job WHERE Job = ?1", columns);
  return session_.first(sql, {unique_name}, read_job);
}

std::vector<JobRow> SqlJobs::list(const JobFilter& filter) {
  SelectBuilder select(fmt::format("SELECT {} FROM Job", columns));
  const auto types = letters(filter.types);
  const auto levels = letters(filter.levels);
  const auto statuses = letters(filter.statuses);
  const std::string after = filter.started_after ? to_text(*filter.started_after) : "";
  const std::string before = filter.started_before ? to_text(*filter.started_before) : "";
  if (filter.name) select.where("Name = ?", value_of(*filter.name));
  if (filter.client) select.where("ClientId = ?", value_of(*filter.client));
  if (filter.fileset) select.where("FileSetId = ?", value_of(*filter.fileset));
  if (filter.fileset_name)
    select.where("FileSetId IN (SELECT FileSetId FROM FileSet WHERE FileSet = ?)",
                 value_of(*filter.fileset_name));
  if (filter.pool) select.where("PoolId = ?", value_of(*filter.pool));
  select.where_in("Type", types);
  select.where_in("Level", levels);
  select.where_in("JobStatus", statuses);
  if (filter.started_after) select.where("StartTime > ?", value_of(after));
  if (filter.started_before) select.where("StartTime < ?", value_of(before));
  if (filter.tdate_after) select.where("JobTDate > ?", value_of(*filter.tdate_after));
  if (filter.only_with_files) select.where("JobFiles > 0");
  select.append(order_of(filter));

  std::vector<JobRow> rows;
  session_.each(select.sql(), select.values(), [&](const ResultRow& row) {
    rows.push_back(read_job(row));
    return true;
  });
  return rows;
}

std::vector<JobRow> SqlJobs::fail_interrupted(Moment now) {
  std::vector<JobRow> rows;
  const std::string sql =
      fmt::format("SELECT {} FROM Job WHERE JobStatus IN {} ORDER BY JobId", columns, unfinished_statuses);
  session_.transaction([&] {
    rows.clear();
    session_.each(sql, {}, [&](const ResultRow& row) {
      rows.push_back(read_job(row));
      return true;
    });
    for (JobRow& row : rows) {
      fail(row, now);
      session_.run("DELETE FROM File WHERE JobId = ?1", {value_of(row.id)});
    }
  });
  return rows;
}

void SqlJobs::note_whole(JobId job) {
  session_.run("INSERT INTO HoldfastWholeJob (JobId) VALUES (?1) ON CONFLICT (JobId) DO NOTHING",
               {value_of(job)});
}

bool SqlJobs::is_whole(JobId job) {
  return session_
      .first("SELECT JobId FROM HoldfastWholeJob WHERE JobId = ?1", {value_of(job)},
             [](const ResultRow& from) { return from.number(0); })
      .has_value();
}

void SqlJobs::fail(JobRow& row, Moment now) {
  const bool has_run = row.status != JobStatus::created && row.started != Moment{};
  if (!has_run) row.started = row.scheduled;
  row.ended = row.started;
  row.really_ended = std::max(now, row.ended);
  row.job_tdate = row.started.time_since_epoch().count();
  row.status = JobStatus::fatal;
  finish(row);
}

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/current_files.h"

#include <fmt/format.h>

#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
namespace {

// SQLite takes 500 terms of a UNION at most; more jobs than that share one, which is sorted. So do the jobs where only
// some directories are read: there are few rows then, and planning many terms would take longer than reading them.
constexpr std::size_t most_terms = 200;

FileId file_id(const ResultRow& row) { return FileId(static_cast<std::uint64_t>(row.number(0))); }
JobId job_id(const ResultRow& row) { return JobId(static_cast<std::uint32_t>(row.number(1))); }
PathId path_id(const ResultRow& row) { return PathId(static_cast<std::uint32_t>(row.number(2))); }

}  // namespace

CurrentFiles::CurrentFiles(SqlSession& session, std::span<const JobId> jobs) : session_(session) {
  const auto remember = [&](const ResultRow& row) {
    const JobId job(static_cast<std::uint32_t>(row.number(0)));
    job_tdate_.emplace(job, row.number(1));
    return job;
  };
  session_.each(fmt::format("SELECT JobId, JobTDate FROM Job WHERE JobId IN ({}) AND JobStatus NOT IN {}",
                            id_list(jobs), unfinished_statuses),
                {}, [&](const ResultRow& row) {
                  jobs_.push_back(remember(row));
                  return true;
                });
  session_.each(fmt::format("SELECT JobId, JobTDate FROM Job WHERE JobStatus NOT IN {} AND JobId IN "
                            "(SELECT BaseJobId FROM BaseFiles WHERE JobId IN ({}))",
                            unfinished_statuses, id_list(jobs_)),
                {}, [&](const ResultRow& row) {
                  remember(row);
                  has_base_ = true;
                  return true;
                });
}

void CurrentFiles::restrict(std::string condition, std::span<const SqlValue> values) {
  condition_ = std::move(condition);
  values_ = values;
}

void CurrentFiles::Candidate::take(const ResultRow& from, std::int64_t tdate, Columns columns) {
  job_tdate = tdate;
  row.id = file_id(from);
  row.job = job_id(from);
  row.path_id = path_id(from);
  row.file_index = static_cast<std::uint32_t>(from.number(3));
  name = from.text(4);
  if (columns == Columns::for_counting) return;
  stat = from.text(5);
  digest = from.text(6);
  row.delta = static_cast<std::int16_t>(from.number(7));
  row.name = name;
  row.stat = stat;
  row.digest = digest;
}

bool CurrentFiles::Candidate::is_newer_than(const Candidate& other) const {
  return std::tuple(job_tdate, row.job, row.id) > std::tuple(other.job_tdate, other.row.job, other.row.id);
}

std::string CurrentFiles::term(std::string_view from, std::string_view alias, Columns columns) const {
  std::string sql = fmt::format("SELECT {0}.FileId, {0}.JobId, {0}.PathId, {0}.FileIndex, {0}.Name", alias);
  if (columns == Columns::all) sql += fmt::format(", {0}.LStat, {0}.MD5, {0}.DeltaSeq", alias);
  sql += fmt::format(" FROM {}", from);
  if (!condition_.empty()) sql += fmt::format(" AND {}.PathId {}", alias, condition_);
  return sql;
}

bool CurrentFiles::is_merged() const { return condition_.empty() && jobs_.size() <= most_terms; }

std::string CurrentFiles::sql(Columns columns) const {
  std::vector<std::string> terms;
  if (is_merged())
    for (const JobId job : jobs_)
      terms.push_back(term(fmt::format("File F WHERE F.JobId = {}", job.value), "F", columns));
  else
    terms.push_back(term(fmt::format("File F WHERE F.JobId IN ({})", id_list(jobs_)), "F", columns));
  if (has_base_)
    terms.push_back(term(
        fmt::format("BaseFiles B JOIN File F ON F.FileId = B.FileId WHERE B.JobId IN ({})", id_list(jobs_)),
        "F", columns));
  return fmt::format("{} ORDER BY 3, 5", fmt::join(terms, " UNION ALL "));
}

void CurrentFiles::each(Columns columns, const std::function<bool(const FileRow&)>& visit) {
  if (jobs_.empty()) return;
  Candidate best, next;
  bool has_best = false, wants_more = true;
  const auto pass_on = [&] {
    if (has_best && best.row.file_index != 0) wants_more = visit(best.row);
    return wants_more;
  };
  using Rows = SqlConnection::Rows;
  const Rows rows = is_merged() ? Rows::many_in_order : Rows::many;
  session_.each(rows, sql(columns), values_, [&](const ResultRow& from) {
    const auto tdate = job_tdate_.find(job_id(from));
    if (tdate == job_tdate_.end()) return true;  // of a base job that is gone
    const bool is_other = !has_best || path_id(from) != best.row.path_id || from.text(4) != best.name;
    if (is_other && !pass_on()) return false;
    Candidate& into = is_other ? best : next;
    into.take(from, tdate->second, columns);
    if (!is_other && next.is_newer_than(best)) {
      std::swap(best, next);
      best.row.name = best.name;  // short texts moved with their string
      best.row.stat = best.stat;
      best.row.digest = best.digest;
    }
    has_best = true;
    return true;
  });
  if (wants_more) pass_on();
}

void CurrentFiles::each(const std::function<bool(const FileRow&)>& visit) { each(Columns::all, visit); }

std::uint64_t CurrentFiles::count() {
  std::uint64_t found = 0;
  each(Columns::for_counting, [&](const FileRow&) {
    ++found;
    return true;
  });
  return found;
}

}  // namespace holdfast::catalog

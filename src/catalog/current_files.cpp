// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/current_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
namespace {

// A database that merges gets no more terms than that, but one for all jobs, which it sorts: planning many takes long.
constexpr std::size_t most_terms = 200;
constexpr std::string_view in_order = "ORDER BY 1, 2";

std::string condition_of(const CurrentFiles::Slice& slice) {
  std::string condition;
  if (slice.from) condition += fmt::format(" AND F.PathId >= {}", *slice.from);
  if (slice.to) condition += fmt::format(" AND F.PathId < {}", *slice.to);
  return condition;
}

}  // namespace

/// Of the versions of a file that come one after the other, finds the newest, and those that it builds on, and passes it on.
class CurrentFiles::Newest {
 public:
  Newest(const CurrentFiles& files, Columns columns, const Visit& visit)
      : job_tdate_(files.job_tdate_), columns_(columns), visit_(visit) {}

  /// False where the visitor wants no more.
  bool take(const ResultRow& from) {
    const JobId job(static_cast<std::uint32_t>(from.number(2)));
    if (job != last_job_ || !last_tdate_) {
      const auto found = job_tdate_.find(job);
      if (found == job_tdate_.end()) return true;  // of a base job that is gone
      last_job_ = job;
      last_tdate_ = found->second;
    }
    const Version version{{*last_tdate_, job, FileId(static_cast<std::uint64_t>(from.number(3)))},
                          static_cast<std::uint32_t>(from.number(4)),
                          static_cast<std::int16_t>(columns_ == Columns::least ? 0 : from.number(5))};
    const PathId path(static_cast<std::uint32_t>(from.number(0)));
    const std::string_view name = from.text(1);
    if (has_newest_ && path == row_.path_id && name == name_) {
      older_.push_back(std::min(version, newest_));
      if (version < newest_) return true;
    } else {
      if (!pass_on()) return false;
      older_.clear();
      row_.path_id = path;
      name_ = name;
    }
    newest_ = version;
    has_newest_ = true;
    take_texts(from);
    return true;
  }

  bool pass_on() {
    if (!has_newest_ || newest_.file_index == 0) return true;
    row_.job = std::get<JobId>(newest_.age);
    row_.id = std::get<FileId>(newest_.age);
    row_.file_index = newest_.file_index;
    row_.delta = newest_.delta;
    row_.name = name_;
    row_.stat = stat_;
    row_.digest = digest_;
    find_parts();
    return visit_(row_);
  }

 private:
  struct Version {
    std::tuple<std::int64_t, JobId, FileId> age;  ///< by the tdate of the job
    std::uint32_t file_index = 0;
    std::int16_t delta = 0;
    bool operator<(const Version& other) const { return age < other.age; }
  };

  void take_texts(const ResultRow& from) {
    if (columns_ == Columns::least) return;
    stat_ = from.text(6);
    if (columns_ == Columns::all) digest_ = from.text(7);
  }

  /// Each part builds on the newest that is older than itself and one less in number.
  void find_parts() {
    parts_.clear();
    if (newest_.delta > 0) {
      std::sort(older_.rbegin(), older_.rend());
      std::int16_t wanted = newest_.delta;
      for (const Version& version : older_) {
        if (version.file_index == 0 || wanted == 0) break;
        if (version.delta != wanted - 1) continue;
        parts_.push_back({std::get<JobId>(version.age), version.file_index});
        --wanted;
      }
    }
    row_.parts = parts_;
  }

  const std::unordered_map<JobId, std::int64_t>& job_tdate_;
  Columns columns_;
  const Visit& visit_;
  JobId last_job_{};  ///< and its tdate, once known
  std::optional<std::int64_t> last_tdate_;
  bool has_newest_ = false;
  Version newest_;
  std::vector<Version> older_;
  FileRow row_;  ///< of the newest, whose texts and parts are those below
  std::string name_, stat_, digest_;
  std::vector<FilePart> parts_;
};

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

std::string CurrentFiles::columns_of(Columns columns) const {
  std::string sql = "SELECT F.PathId, F.Name, F.JobId, F.FileId, F.FileIndex";
  if (columns != Columns::least) sql += ", F.DeltaSeq, F.LStat";
  if (columns == Columns::all) sql += ", F.MD5";
  return sql;
}

std::string CurrentFiles::base_term(Columns columns, std::string_view condition) const {
  if (!has_base_) return "";
  return fmt::format("{} FROM BaseFiles B JOIN File F ON F.FileId = B.FileId WHERE B.JobId IN ({}){}",
                     columns_of(columns), id_list(jobs_), condition);
}

std::vector<std::string> CurrentFiles::statements(const SqlConnection& reader, Columns columns,
                                                  std::string_view condition) const {
  const bool is_merged_here = reader.reads_side_by_side();
  std::vector<std::string> terms;
  if (is_merged_here || jobs_.size() <= most_terms)
    for (const JobId job : jobs_)
      terms.push_back(
          fmt::format("{} FROM File F WHERE F.JobId = {}{}", columns_of(columns), job.value, condition));
  else
    terms.push_back(fmt::format("{} FROM File F WHERE F.JobId IN ({}){}", columns_of(columns), id_list(jobs_),
                                condition));
  if (has_base_) terms.push_back(base_term(columns, condition));
  for (std::string& term : terms) term += " ORDER BY F.PathId, F.Name";
  if (is_merged_here || terms.size() == 1) return terms;
  // PostgreSQL merges parts that are ordered themselves; otherwise it would sort them all.
  return {fmt::format("({}) {}", fmt::join(terms, ") UNION ALL ("), in_order)};
}

bool CurrentFiles::each(SqlConnection& reader, Columns columns, const Slice& slice,
                        const Visit& visit) const {
  if (jobs_.empty()) return true;
  MergedRows rows;
  for (const std::string& sql : statements(reader, columns, condition_of(slice)))
    rows.add(reader.prepare(sql, SqlConnection::Rows::streamed));
  Newest newest(*this, columns, visit);
  while (const ResultRow* row = rows.next())
    if (!newest.take(*row)) return false;
  return newest.pass_on();
}

void CurrentFiles::each_of(std::string_view condition, std::span<const SqlValue> values,
                           SqlConnection::Rows rows, const Visit& visit) const {
  if (jobs_.empty()) return;
  // There are few rows, and sorting them takes less time than planning to merge many jobs.
  const std::string restricted = fmt::format(" AND F.PathId {}", condition);
  std::string sql = fmt::format("{} FROM File F WHERE F.JobId IN ({}){}", columns_of(Columns::all),
                                id_list(jobs_), restricted);
  if (has_base_) sql += " UNION ALL " + base_term(Columns::all, restricted);
  Newest newest(*this, Columns::all, visit);
  bool wants_more = true;
  session_.each(rows, fmt::format("{} {}", sql, in_order), values,
                [&](const ResultRow& row) { return wants_more = newest.take(row); });
  if (wants_more) newest.pass_on();
}

std::vector<CurrentFiles::Slice> CurrentFiles::slices(std::int64_t count) const {
  std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = 0;
  for (const JobId job : jobs_)
    session_.each(
        "SELECT (SELECT MIN(PathId) FROM File WHERE JobId = ?1), (SELECT MAX(PathId) FROM File WHERE JobId = "
        "?1)",
        {value_of(job)}, [&](const ResultRow& row) {
          if (row.is_null(0)) return true;
          first = std::min(first, row.number(0));
          last = std::max(last, row.number(1));
          return true;
        });
  std::vector<Slice> slices(1);
  for (std::int64_t i = 1; i < count && last - first >= count; ++i) {
    const std::int64_t border = first + (last - first + 1) * i / count;
    slices.back().to = border;
    slices.push_back({.from = border, .to = std::nullopt});
  }
  return slices;
}

}  // namespace holdfast::catalog

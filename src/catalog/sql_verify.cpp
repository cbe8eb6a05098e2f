// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_verify.h"

namespace holdfast::catalog {

std::optional<PathId> SqlVerify::path_id(std::string_view path) {
  if (path != last_path_) {
    last_path_id_ = session_.first(
        "SELECT PathId FROM Path WHERE Path = ?1", {path},
        [](const ResultRow& row) { return PathId(static_cast<std::uint32_t>(row.number(0))); });
    last_path_ = path;
  }
  return last_path_id_;
}

std::optional<VerifyCatalog::Known> SqlVerify::find(std::span<const JobId> jobs, std::string_view path,
                                                    std::string_view name) {
  const auto id = path_id(path);
  if (!id) return std::nullopt;
  for (const JobId job : jobs) {
    auto known = session_.first(
        "SELECT FileId, JobId, FileIndex, LStat, MD5 FROM File WHERE JobId = ?1 AND PathId = ?2 AND Name = "
        "?3 "
        "ORDER BY FileId DESC LIMIT 1",
        {value_of(job), value_of(*id), name}, [](const ResultRow& row) {
          ColumnReader column(row);
          Known found;
          found.id = column.id<FileId>();
          found.job = column.id<JobId>();
          found.file_index = column.number<std::uint32_t>();
          found.stat = column.text();
          found.digest = column.text();
          return found;
        });
    if (known) return known;
  }
  return std::nullopt;
}

void SqlVerify::mark(std::span<const FileId> files, JobId verifier) {
  if (files.empty()) return;
  Transaction transaction(session_.connection(), SqlConnection::Durability::process_death);
  for (const FileId file : files)
    session_.run("UPDATE File SET MarkId = ?1 WHERE FileId = ?2", {value_of(verifier), value_of(file)});
  transaction.commit();
}

void SqlVerify::list_unmarked(JobId job, JobId verifier,
                              const std::function<bool(std::string_view name)>& visit) {
  std::string name;
  const SqlValue values[] = {value_of(job), value_of(verifier)};
  session_.each_of_many(
      "SELECT P.Path, F.Name FROM File F JOIN Path P ON P.PathId = F.PathId WHERE F.JobId = ?1 AND "
      "F.FileIndex > 0 AND F.MarkId <> ?2 ORDER BY F.FileIndex, F.FileId",
      values, [&](const ResultRow& row) {
        name.assign(row.text(0)).append(row.text(1));
        return visit(name);
      });
}

std::uint64_t SqlVerify::count_deleted(std::span<const JobId> jobs) {
  const std::string ids = id_list(jobs);
  return session_
      .first(
          fmt::format(
              "SELECT COUNT(*) FROM File D JOIN Job JD ON JD.JobId = D.JobId WHERE D.JobId IN ({0}) AND "
              "D.FileIndex = 0 AND NOT EXISTS (SELECT 1 FROM File N JOIN Job JN ON JN.JobId = N.JobId WHERE "
              "N.JobId IN ({0}) AND N.PathId = D.PathId AND N.Name = D.Name AND "
              "(JN.JobTDate, N.JobId, N.FileId) > (JD.JobTDate, D.JobId, D.FileId))",
              ids),
          {}, [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
      .value_or(0);
}

}  // namespace holdfast::catalog

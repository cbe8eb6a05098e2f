// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_files.h"

#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
namespace {

constexpr std::size_t max_known_paths = 20'000;

FileRow read_file(const ResultRow& from) {
  FileRow row;
  row.id = FileId(static_cast<std::uint64_t>(from.number(0)));
  row.job = JobId(static_cast<std::uint32_t>(from.number(1)));
  row.path_id = PathId(static_cast<std::uint32_t>(from.number(2)));
  row.file_index = static_cast<std::uint32_t>(from.number(3));
  row.path = from.text(4);
  row.name = from.text(5);
  row.stat = from.text(6);
  row.digest = from.text(7);
  row.delta = static_cast<std::int16_t>(from.number(8));
  return row;
}

/// The first byte sequence after everything that begins with `path`, whose last byte is '/'.
std::string end_of_subtree(std::string_view path) {
  std::string end(path);
  end.back() = '/' + 1;
  return end;
}

constexpr std::string_view oldest_job_first = "J.JobTDate, J.JobId, F.FileIndex";

/// Condition: `file` (an alias of File) was saved by `job` (an alias of Job), which is one of these jobs, or is a base
/// job that one of them took the file over from.
std::string belongs(std::string_view ids, std::string_view job, std::string_view file) {
  return fmt::format(
      "{1}.JobId IN (SELECT JobId FROM Job WHERE JobId IN ({0}) UNION SELECT BaseJobId FROM BaseFiles WHERE "
      "JobId "
      "IN ({0})) AND {1}.JobStatus NOT IN {3} AND {2}.JobId = {1}.JobId AND ({1}.JobId IN ({0}) OR "
      "{2}.FileId IN "
      "(SELECT FileId FROM BaseFiles WHERE JobId IN ({0})))",
      ids, job, file, unfinished_statuses);
}

}  // namespace

PathId SqlFiles::path_id(std::string_view path) {
  std::string key(path);
  if (const auto known = known_paths_.find(key); known != known_paths_.end()) return known->second;
  const auto read_id = [](const ResultRow& row) { return row.number(0); };
  auto id = session_.first("SELECT PathId FROM Path WHERE Path = ?1", {path}, read_id);
  if (!id) id = session_.insert("INSERT INTO Path (Path) VALUES (?1) RETURNING PathId", {path});
  if (known_paths_.size() >= max_known_paths) known_paths_.clear();
  return known_paths_.emplace(std::move(key), PathId(static_cast<std::uint32_t>(*id))).first->second;
}

void SqlFiles::add(JobId job, std::span<const NewFile> files) {
  try {
    Transaction transaction(session_.connection(), SqlConnection::Durability::process_death);
    for (const NewFile& file : files)
      session_.run(
          "INSERT INTO File (FileIndex, JobId, PathId, DeltaSeq, LStat, MD5, Name) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
          {value_of(file.file_index), value_of(job), value_of(path_id(file.path)), value_of(file.delta),
           file.stat, file.digest, file.name});
    transaction.commit();
  } catch (...) {
    known_paths_.clear();  // some may have been rolled back
    throw;
  }
}

void SqlFiles::discard(JobId job) { session_.run("DELETE FROM File WHERE JobId = ?1", {value_of(job)}); }

std::uint64_t SqlFiles::count(JobId job) {
  return session_
      .first("SELECT COUNT(*) FROM File WHERE JobId = ?1", {value_of(job)},
             [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
      .value_or(0);
}

void SqlFiles::list(JobId job, const Visitor& visit) {
  static const std::string sql = fmt::format(
      "SELECT F.FileId, F.JobId, F.PathId, F.FileIndex, P.Path, F.Name, F.LStat, F.MD5, F.DeltaSeq "
      "FROM File F JOIN Path P ON P.PathId = F.PathId WHERE F.JobId = ?1 AND NOT EXISTS "
      "(SELECT 1 FROM Job WHERE JobId = ?1 AND JobStatus IN {}) ORDER BY F.FileIndex, F.FileId",
      unfinished_statuses);
  session_.each(sql, {value_of(job)}, [&](const ResultRow& row) { return visit(read_file(row)); });
}

std::string SqlFiles::current_files(std::span<const JobId> jobs, std::string_view paths) {
  const std::string ids = id_list(jobs);
  return fmt::format(
      "FROM Job J CROSS JOIN File F WHERE {own} AND F.FileIndex > 0 {own_paths} AND F.FileId NOT IN "
      "(SELECT Older.FileId FROM Job JNewer CROSS JOIN Job JOlder CROSS JOIN File Newer CROSS JOIN File "
      "Older WHERE {newer} "
      "AND {older} {new_paths} AND Older.PathId = Newer.PathId AND Older.Name = Newer.Name "
      "AND (JOlder.JobTDate, JOlder.JobId) <= (JNewer.JobTDate, JNewer.JobId) "
      "AND (JOlder.JobTDate, Older.JobId, Older.FileId) < (JNewer.JobTDate, Newer.JobId, Newer.FileId))",
      fmt::arg("own", belongs(ids, "J", "F")), fmt::arg("own_paths", fmt::format(fmt::runtime(paths), "F")),
      fmt::arg("newer", belongs(ids, "JNewer", "Newer")), fmt::arg("older", belongs(ids, "JOlder", "Older")),
      fmt::arg("new_paths", fmt::format(fmt::runtime(paths), "Newer")));
}

void SqlFiles::list_where(std::span<const JobId> jobs, std::string_view paths,
                          std::span<const SqlValue> values, std::string_view order, const Visitor& visit) {
  const std::string sql = fmt::format(
      "SELECT F.FileId, F.JobId, F.PathId, F.FileIndex, (SELECT Path FROM Path P WHERE P.PathId = F.PathId), "
      "F.Name, F.LStat, F.MD5, F.DeltaSeq {} ORDER BY {}",
      current_files(jobs, paths), order);
  session_.each(sql, values, [&](const ResultRow& row) { return visit(read_file(row)); });
}

void SqlFiles::list_current(std::span<const JobId> jobs, const Visitor& visit) {
  list_where(jobs, "", {}, oldest_job_first, visit);
}

std::uint64_t SqlFiles::count_current(std::span<const JobId> jobs) {
  return session_
      .first("SELECT COUNT(*) " + current_files(jobs, ""), {},
             [](const ResultRow& row) { return static_cast<std::uint64_t>(row.number(0)); })
      .value_or(0);
}

void SqlFiles::list_directory(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) {
  const SqlValue values[] = {path};
  list_where(jobs, "AND {}.PathId = (SELECT PathId FROM Path WHERE Path = ?1)", values, "F.Name", visit);
}

void SqlFiles::list_below(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) {
  if (path.empty()) return list_current(jobs, visit);
  const std::string end = end_of_subtree(path);
  const SqlValue values[] = {path, std::string_view(end)};
  list_where(jobs, "AND {}.PathId IN (SELECT PathId FROM Path WHERE Path >= ?1 AND Path < ?2)", values,
             oldest_job_first, visit);
}

std::vector<std::string> SqlFiles::directories(std::span<const JobId> jobs, std::string_view path) {
  // From one subdirectory straight behind its subtree to the next, whatever lies below it.
  const std::string sql = fmt::format(
      "SELECT P.Path FROM Path P WHERE P.Path >= ?1 AND (?2 = '' OR P.Path < ?2) AND EXISTS (SELECT 1 FROM "
      "File F WHERE F.JobId IN ({}) AND F.PathId = P.PathId AND F.FileIndex > 0) ORDER BY P.Path LIMIT 1",
      id_list(jobs));
  const std::string end = path.empty() ? "" : end_of_subtree(path);
  std::string from(path);
  from += '\0';  // behind the directory itself
  std::vector<std::string> found;
  while (true) {
    const auto next = session_.first(sql, {value_of(from), value_of(end)},
                                     [](const ResultRow& row) { return std::string(row.text(0)); });
    if (!next) return found;
    const auto slash = next->find('/', path.size());
    if (slash == std::string::npos) {
      found.push_back(*next);
      from = *next + '\0';
    } else {
      found.push_back(next->substr(0, slash + 1));
      from = end_of_subtree(found.back());
    }
  }
}

void SqlFiles::add_restore_object(const RestoreObjectRow& object) {
  session_.run(
      "INSERT INTO RestoreObject (ObjectName, RestoreObject, PluginName, ObjectLength, ObjectFullLength, "
      "ObjectIndex, ObjectType, FileIndex, JobId, ObjectCompression) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {value_of(object.name), as_bytes(object.object), value_of(object.plugin),
       value_of(object.object.size()), value_of(object.full_length), value_of(object.index),
       value_of(object.type), value_of(object.file_index), value_of(object.job),
       value_of(object.compression)});
}

std::vector<RestoreObjectRow> SqlFiles::restore_objects(std::span<const JobId> jobs) {
  std::vector<RestoreObjectRow> objects;
  session_.each(fmt::format("SELECT JobId, FileIndex, ObjectType, ObjectIndex, ObjectCompression, "
                            "ObjectFullLength, PluginName, ObjectName, RestoreObject FROM RestoreObject "
                            "WHERE JobId IN ({}) ORDER BY ObjectIndex, RestoreObjectId",
                            id_list(jobs)),
                {}, [&](const ResultRow& from) {
                  ColumnReader column(from);
                  RestoreObjectRow& object = objects.emplace_back();
                  object.job = column.id<JobId>();
                  object.file_index = column.number<std::uint32_t>();
                  object.type = column.number<std::int32_t>();
                  object.index = column.number<std::int32_t>();
                  object.compression = column.number<std::int32_t>();
                  object.full_length = column.number<std::uint32_t>();
                  object.plugin = column.text();
                  object.name = column.text();
                  object.object = column.text();
                  return true;
                });
  return objects;
}

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_files.h"

#include "catalog/current_files.h"
#include "catalog/directory_search.h"
#include "catalog/file_scan.h"
#include "catalog/sql_jobs.h"

namespace holdfast::catalog {
namespace {

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

/// The first text behind this one and before all that begin with it; neither database orders a byte 0.
std::string straight_behind(std::string_view path) { return std::string(path) + '\x01'; }

// With more directories than that below one, looking at every file is faster than looking them up.
constexpr std::int64_t most_directories = 20'000;

}  // namespace

template <typename Body>
void SqlFiles::in_transaction_of_files(Body&& body, std::span<const NewFile> files) {
  // The directories anew with every try: rows of an ended server's last moments may be gone.
  constexpr int last_try = 3;
  for (int tries = 1;; ++tries) {
    try {
      path_ids_.prepare(files);
      Transaction transaction(session_.connection(), SqlConnection::Durability::process_death,
                              SqlConnection::Writers::side_by_side);
      if (!path_ids_.are_of_this_connection()) throw ConnectionLost("the connection was made anew");
      body();
      return transaction.commit();
    } catch (const ConnectionLost&) {
      if (tries == last_try) throw;
    }
  }
}

void SqlFiles::add(JobId job, std::span<const NewFile> files) {
  if (files.empty()) return;
  in_transaction_of_files(
      [&] {
        const auto rows =
            session_.connection().bulk_insert("File", "FileIndex, JobId, PathId, DeltaSeq, LStat, MD5, Name");
        for (const NewFile& file : files) {
          const SqlValue row[] = {value_of(file.file_index),
                                  value_of(job),
                                  value_of(path_ids_.at(file.path)),
                                  value_of(file.delta),
                                  file.stat,
                                  file.digest,
                                  file.name};
          rows->add(row);
        }
        rows->finish();
      },
      files);
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
  const SqlValue values[] = {value_of(job)};
  session_.each_of_many(sql, values, [&](const ResultRow& row) { return visit(read_file(row)); });
}

SqlConnection& SqlFiles::reader() {
  SqlConnection& own = session_.connection();
  if (own.reads_side_by_side()) return own;
  reader_ = own.another();
  return *reader_;
}

void SqlFiles::list_current(std::span<const JobId> jobs, const Visitor& visit) {
  const CurrentFiles files(session_, jobs);
  PathsOfRows with_paths(session_, visit);
  files.each(reader(), CurrentFiles::Columns::all, {},
             [&](const FileRow& row) { return with_paths.add(row); });
  reader_.reset();
  with_paths.finish();
}

std::uint64_t SqlFiles::count_current(std::span<const JobId> jobs, std::uint64_t at_most) {
  std::uint64_t found = 0;
  CurrentFiles(session_, jobs).each(reader(), CurrentFiles::Columns::least, {}, [&](const FileRow&) {
    return ++found < at_most;
  });
  reader_.reset();
  return found;
}

void SqlFiles::scan_current(std::span<const JobId> jobs, std::string_view below, Paths paths,
                            const std::function<Visitor()>& new_visitor) {
  if (!below.empty() && !has_many_directories(below)) return list_below(jobs, below, new_visitor());
  FileScan scan(session_, jobs);
  if (below.empty()) return scan.run(paths, new_visitor);
  scan.run(Paths::given, [&]() -> Visitor {
    return
        [&, visit = new_visitor()](const FileRow& row) { return !row.path.starts_with(below) || visit(row); };
  });
}

void SqlFiles::list_directory(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) {
  const auto id = session_.first("SELECT PathId FROM Path WHERE Path = ?1", {path},
                                 [](const ResultRow& row) { return row.number(0); });
  if (!id) return;
  const SqlValue values[] = {*id};
  CurrentFiles(session_, jobs).each_of("= ?1", values, SqlConnection::Rows::many, [&](FileRow row) {
    row.path = path;
    return visit(row);
  });
}

void SqlFiles::list_directories_alone(std::span<const JobId> jobs, std::span<const std::string> paths,
                                      const Visitor& visit) {
  constexpr std::size_t at_a_time = 500;
  const CurrentFiles files(session_, jobs);
  for (std::size_t from = 0; from < paths.size(); from += at_a_time) {
    const auto ids = path_ids_of(session_, paths.subspan(from, std::min(at_a_time, paths.size() - from)));
    if (ids.empty()) continue;
    std::string list;
    for (const auto& [id, path] : ids) list += fmt::format("{}{}", list.empty() ? "" : ",", id.value);
    bool wants_more = true;
    files.each_of(fmt::format("IN ({}) AND F.Name = ''", list), {}, SqlConnection::Rows::few,
                  [&](FileRow row) {
                    row.path = ids.at(row.path_id);
                    return wants_more = visit(row);
                  });
    if (!wants_more) return;
  }
}

bool SqlFiles::has_many_directories(std::string_view below) {
  const std::string end = end_of_subtree(below);
  const auto directories = session_.first(
      "SELECT COUNT(*) FROM (SELECT 1 FROM Path WHERE Path >= ?1 AND Path < ?2 LIMIT ?3) AS Found",
      {below, std::string_view(end), most_directories}, [](const ResultRow& row) { return row.number(0); });
  return directories.value_or(0) >= most_directories;
}

void SqlFiles::list_below(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) {
  if (path.empty()) return list_current(jobs, visit);
  if (has_many_directories(path))
    return list_current(jobs, [&](const FileRow& row) { return !row.path.starts_with(path) || visit(row); });
  const std::string end = end_of_subtree(path);
  const SqlValue values[] = {path, std::string_view(end)};
  PathsOfRows with_paths(session_, visit);
  CurrentFiles(session_, jobs)
      .each_of("IN (SELECT PathId FROM Path WHERE Path >= ?1 AND Path < ?2)", values,
               SqlConnection::Rows::many, [&](const FileRow& row) { return with_paths.add(row); });
  with_paths.finish();
}

std::vector<std::string> SqlFiles::directories(std::span<const JobId> jobs, std::string_view path) {
  return is_cached(jobs) ? cached_directories(jobs, path) : found_directories(jobs, path);
}

bool SqlFiles::is_cached(std::span<const JobId> jobs) {
  const auto without = session_.first(
      fmt::format("SELECT COUNT(*) FROM Job WHERE JobId IN ({}) AND HasCache <> 1", id_list(jobs)), {},
      [](const ResultRow& row) { return row.number(0); });
  return without == 0;
}

std::vector<std::string> SqlFiles::cached_directories(std::span<const JobId> jobs, std::string_view path) {
  std::vector<std::string> found;
  session_.each(
      fmt::format("SELECT P.Path FROM PathHierarchy H JOIN Path P ON P.PathId = H.PathId WHERE H.PPathId = "
                  "(SELECT PathId FROM Path WHERE Path = ?1) AND EXISTS (SELECT 1 FROM PathVisibility V "
                  "WHERE V.PathId = H.PathId AND V.JobId IN ({})) ORDER BY P.Path",
                  id_list(jobs)),
      {path}, [&](const ResultRow& row) {
        found.emplace_back(row.text(0));
        return true;
      });
  return found;
}

std::vector<std::string> SqlFiles::found_directories(std::span<const JobId> jobs, std::string_view path) {
  // From one subdirectory straight behind its subtree to the next, whatever lies below it.
  DirectorySearch search(session_, jobs);
  const std::string end = path.empty() ? "" : end_of_subtree(path);
  std::string from = straight_behind(path);
  std::vector<std::string> found;
  while (const auto next = search.first(from, end)) {
    const auto slash = next->find('/', path.size());
    if (slash == std::string::npos) {
      found.push_back(*next);
      from = straight_behind(*next);
    } else {
      found.push_back(next->substr(0, slash + 1));
      from = end_of_subtree(found.back());
    }
  }
  return found;
}

void SqlFiles::add_restore_object(const RestoreObjectRow& object) {
  session_.transaction([&] {
    session_.run(
        "INSERT INTO RestoreObject (ObjectName, RestoreObject, PluginName, ObjectLength, ObjectFullLength, "
        "ObjectIndex, ObjectType, FileIndex, JobId, ObjectCompression) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        {value_of(object.name), as_bytes(object.object), value_of(object.plugin),
         value_of(object.object.size()), value_of(object.full_length), value_of(object.index),
         value_of(object.type), value_of(object.file_index), value_of(object.job),
         value_of(object.compression)});
  });
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

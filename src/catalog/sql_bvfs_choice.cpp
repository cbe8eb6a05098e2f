// SPDX-License-Identifier: AGPL-3.0-or-later
// What the commands of bvfs ask beside the cache: versions of a file, and tables of chosen files.
#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "catalog/sql_bvfs.h"

namespace holdfast::catalog {
namespace {

constexpr std::size_t chosen_at_once = 10'000;
constexpr std::size_t longest_name = 30;

void require_name(std::string_view name) {
  if (!is_name_of_choice(name))
    throw Error(ErrorKind::invalid, "\"{}\" is no name for a table of chosen files", printable(name));
}

ChosenFile read_chosen(const ResultRow& row) {
  return {JobId(static_cast<std::uint32_t>(row.number(0))), static_cast<std::uint32_t>(row.number(1)),
          FileId(static_cast<std::uint64_t>(row.number(2)))};
}

}  // namespace

bool is_name_of_choice(std::string_view name) {
  return name.starts_with("b2") && name.size() > 2 && name.size() <= longest_name &&
         name.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

std::optional<PathId> SqlBvfs::path_id(std::string_view path) {
  return session_.first("SELECT PathId FROM Path WHERE Path = ?1", {path},
                        [](const ResultRow& row) { return ColumnReader(row).id<PathId>(); });
}

std::optional<std::string> SqlBvfs::path(PathId id) {
  return session_.first("SELECT Path FROM Path WHERE PathId = ?1", {value_of(id)},
                        [](const ResultRow& row) { return std::string(row.text(0)); });
}

std::vector<FileVersion> SqlBvfs::versions(const VersionQuestion& question) {
  const bool with_copies = question.copies == VersionQuestion::Copies::given;
  const std::string sql = fmt::format(
      "SELECT DISTINCT F.PathId, F.FileId, F.JobId, F.LStat, F.MD5, M.VolumeName, M.InChanger FROM File F "
      "JOIN Job J ON J.JobId = F.JobId JOIN JobMedia P ON P.JobId = F.JobId AND P.FirstIndex <= F.FileIndex "
      "AND P.LastIndex >= F.FileIndex JOIN Media M ON M.MediaId = P.MediaId WHERE F.PathId = ?1 AND "
      "F.Name = ?2 AND F.FileIndex > 0 AND J.ClientId = ?3 AND J.Type IN ({}) AND "
      "J.JobStatus IN ('T', 'W', 'f', 'A', 'E') ORDER BY F.FileId, M.VolumeName LIMIT ?4 OFFSET ?5",
      with_copies ? "'B', 'C'" : "'B'");
  std::vector<FileVersion> found;
  session_.each(
      sql,
      {value_of(question.path), question.name, value_of(question.client), question.limit, question.offset},
      [&](const ResultRow& row) {
        ColumnReader column(row);
        FileVersion version;
        version.path = column.id<PathId>();
        version.file = column.id<FileId>();
        version.job = column.id<JobId>();
        version.stat = column.text();
        version.digest = column.text();
        version.volume = column.text();
        version.in_changer = column.flag();
        found.push_back(std::move(version));
        return true;
      });
  return found;
}

std::optional<ChosenFile> SqlBvfs::chosen(FileId file) {
  return session_.first("SELECT JobId, FileIndex, FileId FROM File WHERE FileId = ?1", {value_of(file)},
                        read_chosen);
}

std::optional<ChosenFile> SqlBvfs::chosen(JobId job, std::uint32_t file_index) {
  return session_.first("SELECT JobId, FileIndex, FileId FROM File WHERE JobId = ?1 AND FileIndex = ?2",
                        {value_of(job), value_of(file_index)}, read_chosen);
}

void SqlBvfs::keep_choice(const std::string& name, const std::function<void(const Choose&)>& fill) {
  require_name(name);
  SqlConnection& connection = session_.connection();
  session_.transaction([&] {
    connection.execute("DROP TABLE IF EXISTS " + name);
    connection.execute("CREATE TABLE " + name + " (JobId integer, FileIndex integer, FileId bigint)");
    std::vector<ChosenFile> waiting;
    const auto write = [&] {
      const auto rows = connection.bulk_insert(name, "JobId, FileIndex, FileId");
      for (const ChosenFile& file : waiting) {
        const SqlValue row[] = {value_of(file.job), value_of(file.file_index), value_of(file.file)};
        rows->add(row);
      }
      rows->finish();
      waiting.clear();
    };
    fill([&](const ChosenFile& file) {
      waiting.push_back(file);
      if (waiting.size() >= chosen_at_once) write();
    });
    write();
  });
}

void SqlBvfs::drop_choice(const std::string& name) {
  require_name(name);
  session_.connection().execute("DROP TABLE IF EXISTS " + name);
}

}  // namespace holdfast::catalog

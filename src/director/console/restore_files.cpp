// SPDX-License-Identifier: AGPL-3.0-or-later
// Files and directories that were named instead of chosen in a tree.
#include <array>
#include <fstream>

#include "base/text.h"
#include "catalog/bvfs_catalog.h"
#include "director/console/listing.h"
#include "director/console/restore.h"
#include "format/packed_stat.h"

namespace holdfast::director::console {
namespace {

/// The lines of a file on the Director's host; false where it cannot be read.
template <typename Add>
bool each_line(Command& command, const std::string& path, Add add) {
  std::ifstream file(path);
  if (!file) {
    command.out.error(
        fmt::format("Cannot open file {}: ERR=it cannot be read by the Director\n", printable(path)));
    return false;
  }
  for (std::string line; std::getline(file, line);)
    if (!trim(line).empty()) add(std::string(trim(line)));
  return true;
}

struct SplitPath {
  std::string path;
  std::string name;
};

SplitPath split_path(std::string_view full) {
  const auto slash = full.rfind('/');
  if (slash == std::string_view::npos) return {std::string(full), ""};
  return {std::string(full.substr(0, slash + 1)), std::string(full.substr(slash + 1))};
}

/// The newest record of a file of the client, or within the chosen jobs.
Table find_record(catalog::Catalog& catalog, const RestorePlan& plan, const SplitPath& file) {
  static constexpr std::array<ListedColumn, 3> columns{
      {{"jobid", "File.JobId", number}, {"fileindex", "File.FileIndex", number}, {"lstat", "File.LStat"}}};
  Query query(columns, "File JOIN Path ON Path.PathId = File.PathId JOIN Job ON Job.JobId = File.JobId");
  query.where("Path.Path = ?", file.path);
  query.where("File.Name = ?", file.name);
  query.where("File.FileIndex > 0");
  query.where("Job.JobStatus IN ('T', 'W') AND Job.Type = 'B'");
  if (!plan.jobs.empty()) {
    std::vector<std::string> ids;
    for (const JobId id : plan.jobs) ids.push_back(std::to_string(id.value));
    query.where_in("File.JobId", ids);
  } else {
    query.where("Job.ClientId = ?", plan.client->id.value);
    if (plan.before) query.where("Job.StartTime < ?", catalog::to_text(*plan.before));
  }
  query.then("ORDER BY Job.StartTime DESC, Job.JobId DESC LIMIT 1");
  return query.run(catalog);
}

void add_record(RestorePlan& plan, const Row& row) {
  const JobId job(parse_number<std::uint32_t>(*row[0]).value_or(0));
  plan.files->add(job, parse_number<std::uint32_t>(*row[1]).value_or(0));
  if (const auto first_name = format::unpack_link_file_index(row[2].value_or("")))
    plan.files->add(job, *first_name);
}

/// A table that .bvfs_restore made.
bool add_table(Command& command, catalog::Catalog& catalog, RestorePlan& plan, const std::string& name) {
  if (!catalog::is_name_of_choice(name)) {
    command.out.error(fmt::format("No table found: {}\n", printable(name)));
    return false;
  }
  catalog.queries().query(fmt::format("SELECT JobId, FileIndex FROM {} ORDER BY JobId, FileIndex", name), {},
                          [&](const catalog::ResultRow& row) {
                            plan.files->add(JobId(static_cast<std::uint32_t>(row.number(0))),
                                            static_cast<std::uint32_t>(row.number(1)));
                            return true;
                          });
  return true;
}

}  // namespace

bool add_file(Command& command, catalog::Catalog& catalog, RestorePlan& plan, const std::string& path) {
  if (path.starts_with('<'))
    return each_line(command, path.substr(1),
                     [&](const std::string& line) { add_file(command, catalog, plan, line); });
  if (path.starts_with('?')) return add_table(command, catalog, plan, path.substr(1));
  const Table found = find_record(catalog, plan, split_path(path));
  if (found.rows.empty()) {
    command.out.error(fmt::format("No database record found for: {}\n", printable(path)));
    return false;
  }
  add_record(plan, found.rows.front());
  return true;
}

bool add_directory(Command& command, catalog::Catalog& catalog, RestorePlan& plan, const std::string& path) {
  if (path.starts_with('<'))
    return each_line(command, path.substr(1),
                     [&](const std::string& line) { add_directory(command, catalog, plan, line); });
  const std::string directory = path.ends_with('/') ? path : path + "/";
  bool found = false;
  catalog.files().list_below(plan.jobs, directory, [&](const catalog::FileRow& row) {
    found = true;
    plan.files->add(row);
    if (const auto first_name = format::unpack_link_file_index(row.stat))
      plan.files->add(row.job, *first_name);
    return true;
  });
  if (!found) command.out.error(fmt::format("No database record found for: {}\n", printable(path)));
  return found;
}

}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
// list files, basefiles, jobmedia, joblog, log, jobstatistics, clients, storages, filesets.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "director/console/listing.h"

namespace holdfast::director::console::lists {
namespace {

Outcome refuse_job(Command& command, std::string_view reason_end = "\n") {
  command.out.error(std::string(unknown_job) + std::string(reason_end));
  return Outcome::failed;
}

/// One name per row, as it comes from the database: a job may have millions of files.
Outcome stream_file_names(Command& command, catalog::Catalog& catalog, std::string_view key,
                          const Query& query) {
  const auto array = command.out.array(key);
  query.stream(catalog, [&](const catalog::ResultRow& row) {
    const std::string_view newline = command.out.api() == Api::text ? "\n" : "";
    command.out.table_packet(fmt::format(" {}{}", row.text(0), newline));
    const auto scope = command.out.row();
    command.out.value("filename", row.text(0));
    return true;
  });
  return Outcome::ok;
}

constexpr std::array<ListedColumn, 1> file_name{{{"filename", "Path.Path || File.Name"}}};

}  // namespace

Outcome files(Command& command, catalog::Catalog& catalog, Detail, const ListFilter& filter) {
  const NamedJob named = find_named_job(command, catalog);
  if (!named.row) return refuse_job(command);
  Query query(file_name, "File JOIN Path ON Path.PathId = File.PathId");
  query.where("File.FileIndex > 0");
  query.where(
      "File.JobId = ? OR File.FileId IN (SELECT BaseFiles.FileId FROM BaseFiles WHERE BaseFiles.JobId = ?)",
      named.row->id.value);
  query.then("ORDER BY File.FileId");
  query.then(filter.limit_clause());
  return stream_file_names(command, catalog, "filenames", query);
}

Outcome base_files(Command& command, catalog::Catalog& catalog, Detail, const ListFilter& filter) {
  const NamedJob named = find_named_job(command, catalog);
  if (!named.row) return refuse_job(command);
  Query query(file_name,
              "BaseFiles JOIN File ON File.FileId = BaseFiles.FileId JOIN Path ON Path.PathId = File.PathId");
  query.where("BaseFiles.JobId = ?", named.row->id.value);
  query.then("ORDER BY BaseFiles.FileId");
  query.then(filter.limit_clause());
  return stream_file_names(command, catalog, "files", query);
}

Outcome job_media(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 4> of_list{{{"jobid", "JobMedia.JobId", number},
                                                        {"volumename", "Media.VolumeName"},
                                                        {"firstindex", "JobMedia.FirstIndex", number},
                                                        {"lastindex", "JobMedia.LastIndex", number}}};
  static constexpr std::array<ListedColumn, 10> of_long_list{{{"jobmediaid", "JobMedia.JobMediaId", number},
                                                              {"jobid", "JobMedia.JobId", number},
                                                              {"mediaid", "JobMedia.MediaId", number},
                                                              {"volumename", "Media.VolumeName"},
                                                              {"firstindex", "JobMedia.FirstIndex", number},
                                                              {"lastindex", "JobMedia.LastIndex", number},
                                                              {"startfile", "JobMedia.StartFile", number},
                                                              {"endfile", "JobMedia.EndFile", number},
                                                              {"startblock", "JobMedia.StartBlock", number},
                                                              {"endblock", "JobMedia.EndBlock", number}}};
  const NamedJob named = find_named_job(command, catalog);
  if (named.was_named && !named.row) return refuse_job(command);
  if (!named.was_named && !command.access.is_unrestricted(Acl::job)) return refuse_job(command);
  const std::span<const ListedColumn> columns =
      detail == Detail::list ? std::span<const ListedColumn>(of_list) : of_long_list;
  Query query(columns, "JobMedia JOIN Media ON Media.MediaId = JobMedia.MediaId");
  if (named.row) query.where("JobMedia.JobId = ?", named.row->id.value);
  query.then("ORDER BY JobMedia.JobMediaId");
  query.then(filter.limit_clause());
  give_table(command, "jobmedia", query.run(catalog), detail, filter);
  return Outcome::ok;
}

Outcome job_log(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 2> columns{{{"time", "Log.Time"}, {"logtext", "Log.LogText"}}};
  static constexpr std::array<ListedColumn, 1> count{{{"count", "COUNT(*)", number}}};
  const NamedJob named = find_named_job(command, catalog);
  if (!named.was_named) return Outcome::ok;
  if (!named.row) return refuse_job(command);
  Query query(filter.count ? std::span<const ListedColumn>(count) : columns, "Log");
  query.where("Log.JobId = ?", named.row->id.value);
  if (filter.count) {
    give_table(command, "joblog", query.run(catalog), detail, ListFilter{});
    return Outcome::ok;
  }
  query.then("ORDER BY Log.LogId");
  query.then(filter.limit_clause());
  const auto array = command.out.array("joblog");
  render(command.out, query.run(catalog), detail == Detail::list ? TableStyle::raw : TableStyle::vertical);
  return Outcome::ok;
}

Outcome log(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& given) {
  static constexpr std::array<ListedColumn, 5> columns{{{"logid", "Log.LogId", number},
                                                        {"jobname", "Job.Name"},
                                                        {"clientname", "Client.Name"},
                                                        {"time", "Log.Time"},
                                                        {"logtext", "Log.LogText"}}};
  static constexpr std::array<AclColumn, 2> acl{{{"jobname", Acl::job}, {"clientname", Acl::client}}};
  ListFilter filter = given;
  if (!filter.limit) filter.limit = 5;
  Query query(
      columns,
      "Log LEFT JOIN Job ON Job.JobId = Log.JobId LEFT JOIN Client ON Client.ClientId = Job.ClientId");
  if (const auto client = command.line.value("client")) {
    if (!command.allows(Acl::client, *client)) return Outcome::failed;
    query.where("Client.Name = ?", *client);
  }
  query.then("ORDER BY Log.LogId DESC");
  query.then(filter.limit_clause());
  Table table = query.run(catalog);
  if (!filter.reverse) std::reverse(table.rows.begin(), table.rows.end());
  if (command.out.is_json()) {
    give_table(command, "log", table, detail, filter, acl);
    return Outcome::ok;
  }
  for (const Row& row : table.rows) {
    const bool shown = command.access.allows(Acl::job, row[1].value_or("")) &&
                       command.access.allows(Acl::client, row[2].value_or(""));
    if (!shown && !command.access.is_root()) continue;
    const Table text{{{"logtext"}}, {{row[4]}}};
    render(command.out, text, detail == Detail::list ? TableStyle::raw : TableStyle::vertical);
  }
  return Outcome::ok;
}

Outcome job_statistics(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 5> columns{{{"deviceid", "DeviceId", number},
                                                        {"sampletime", "SampleTime"},
                                                        {"jobid", "JobId", number},
                                                        {"jobfiles", "JobFiles", number},
                                                        {"jobbytes", "JobBytes", number}}};
  const NamedJob named = find_named_job(command, catalog);
  if (!named.was_named) {
    command.out.error("no jobid given\n");
    return Outcome::failed;
  }
  if (!named.row) return refuse_job(command);
  Query query(columns, "JobStats");
  query.where("JobId = ?", named.row->id.value);
  query.then("ORDER BY SampleTime");
  query.then(filter.limit_clause());
  give_table(command, "jobstats", query.run(catalog), detail, filter);
  return Outcome::ok;
}

Outcome clients(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 6> of_long_list{{{"clientid", "ClientId", number},
                                                             {"name", "Name"},
                                                             {"uname", "Uname"},
                                                             {"autoprune", "AutoPrune", number},
                                                             {"fileretention", "FileRetention", number},
                                                             {"jobretention", "JobRetention", number}}};
  static constexpr std::array<ListedColumn, 4> of_list{
      {of_long_list[0], of_long_list[1], of_long_list[4], of_long_list[5]}};
  static constexpr std::array<AclColumn, 1> acl{{{"name", Acl::client}}};
  Query query(detail == Detail::list ? std::span<const ListedColumn>(of_list) : of_long_list, "Client");
  if (const auto name = command.line.value("client")) query.where("Name = ?", *name);
  query.then("ORDER BY ClientId");
  give_table(command, "clients", query.run(catalog), detail, filter, acl, Toggled::client);
  return Outcome::ok;
}

Outcome storages(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 3> columns{
      {{"storageid", "StorageId", number}, {"name", "Name"}, {"autochanger", "AutoChanger", number}}};
  static constexpr std::array<AclColumn, 1> acl{{{"name", Acl::storage}}};
  Query query(columns, "Storage");
  if (const auto name = command.line.value("storage")) query.where("Name = ?", *name);
  query.then("ORDER BY StorageId");
  give_table(command, "storages", query.run(catalog), detail, filter, acl, Toggled::storage);
  return Outcome::ok;
}

namespace {

constexpr std::array<ListedColumn, 5> file_set_columns{{{"filesetid", "FileSetId", number},
                                                        {"fileset", "FileSet"},
                                                        {"md5", "MD5"},
                                                        {"createtime", "CreateTime"},
                                                        {"filesettext", "FileSetText"}}};
constexpr std::array<AclColumn, 1> file_set_acl{{{"fileset", Acl::file_set}}};

}  // namespace

Outcome file_set(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  std::optional<std::int64_t> id;
  if (const auto text = command.line.value("filesetid")) {
    id = parse_number<std::int64_t>(*text);
  } else if (const NamedJob named = find_named_job(command, catalog); named.row) {
    id = named.row->fileset.value;
  }
  if (!id) return refuse_job(command, " or missing filesetid\n");
  Query query(file_set_columns, "FileSet");
  query.where("FileSetId = ?", *id);
  give_table(command, "filesets", query.run(catalog), detail, filter, file_set_acl);
  return Outcome::ok;
}

Outcome file_sets(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  Query query(file_set_columns, "FileSet");
  query.then("ORDER BY FileSetId");
  query.then(filter.limit_clause());
  give_table(command, "filesets", query.run(catalog), detail, filter, file_set_acl);
  return Outcome::ok;
}

}  // namespace holdfast::director::console::lists

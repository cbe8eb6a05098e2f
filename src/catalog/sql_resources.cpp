// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_resources.h"

namespace holdfast::catalog {
namespace {

constexpr std::string_view client_columns = "ClientId, Name, Uname, AutoPrune, FileRetention, JobRetention";
constexpr std::string_view fileset_columns = "FileSetId, FileSet, FileSetText, MD5, CreateTime";

ClientRow read_client(const ResultRow& from) {
  ColumnReader column(from);
  ClientRow row;
  row.id = column.id<ClientId>();
  row.name = column.text();
  row.uname = column.text();
  row.auto_prune = column.flag();
  row.file_retention = column.number<std::int64_t>();
  row.job_retention = column.number<std::int64_t>();
  return row;
}

FileSetRow read_fileset(const ResultRow& from) {
  ColumnReader column(from);
  FileSetRow row;
  row.id = column.id<FileSetId>();
  row.name = column.text();
  row.text = column.text();
  row.md5 = column.text();
  row.created = column.moment();
  return row;
}

}  // namespace

ClientRow SqlClients::get_or_create(std::string_view name) {
  std::optional<ClientRow> row;
  session_.transaction([&] {
    row = find(name);
    if (row) return;
    row.emplace();
    row->name = name;
    row->id = ClientId(static_cast<std::uint32_t>(session_.insert(
        "INSERT INTO Client (Name, Uname, AutoPrune, FileRetention, JobRetention) VALUES (?1, '', 0, 0, 0) "
        "RETURNING ClientId",
        {name})));
  });
  return *row;
}

void SqlClients::update(const ClientRow& row) {
  session_.run(
      "UPDATE Client SET Uname = ?2, AutoPrune = ?3, FileRetention = ?4, JobRetention = ?5 WHERE Name = ?1",
      {value_of(row.name), value_of(row.uname), value_of(row.auto_prune), value_of(row.file_retention),
       value_of(row.job_retention)});
}

std::optional<ClientRow> SqlClients::find(std::string_view name) {
  static const std::string sql = fmt::format("SELECT {} FROM Client WHERE Name = ?1", client_columns);
  return session_.first(sql, {name}, read_client);
}

std::optional<ClientRow> SqlClients::find(ClientId id) {
  static const std::string sql = fmt::format("SELECT {} FROM Client WHERE ClientId = ?1", client_columns);
  return session_.first(sql, {value_of(id)}, read_client);
}

FileSetRow SqlFileSets::get_or_create(const FileSetRow& row, Match match, Moment now) {
  static const std::string by_md5 = fmt::format(
      "SELECT {} FROM FileSet WHERE FileSet = ?1 AND MD5 = ?2 ORDER BY FileSetId LIMIT 1", fileset_columns);
  static const std::string newest = fmt::format(
      "SELECT {} FROM FileSet WHERE FileSet = ?1 ORDER BY CreateTime DESC, FileSetId DESC LIMIT 1",
      fileset_columns);
  std::optional<FileSetRow> found;
  session_.transaction([&] {
    found = match == Match::newest_of_name
                ? session_.first(newest, {value_of(row.name)}, read_fileset)
                : session_.first(by_md5, {value_of(row.name), value_of(row.md5)}, read_fileset);
    if (found) {
      if (found->text != row.text) note_text_changed(found->id, now);
      session_.run("UPDATE FileSet SET FileSetText = ?2 WHERE FileSetId = ?1",
                   {value_of(found->id), value_of(row.text)});
      found->text = row.text;
      return;
    }
    found = row;
    found->created = now;
    const MomentValue created(now);
    found->id = FileSetId(static_cast<std::uint32_t>(
        session_.insert("INSERT INTO FileSet (FileSet, MD5, CreateTime, FileSetText) VALUES (?1, ?2, ?3, ?4) "
                        "RETURNING FileSetId",
                        {value_of(row.name), value_of(row.md5), created, value_of(row.text)})));
  });
  return *found;
}

std::optional<FileSetRow> SqlFileSets::find(FileSetId id) {
  static const std::string sql = fmt::format("SELECT {} FROM FileSet WHERE FileSetId = ?1", fileset_columns);
  auto row = session_.first(sql, {value_of(id)}, read_fileset);
  if (!row) return row;
  const auto since = session_.first("SELECT TextSince FROM HoldfastFileSet WHERE FileSetId = ?1",
                                    {value_of(id)}, [](const ResultRow& from) { return from.number(0); });
  if (since) row->text_since = Moment(std::chrono::seconds(*since));
  return row;
}

void SqlFileSets::note_text_changed(FileSetId id, Moment now) {
  session_.run("DELETE FROM HoldfastFileSet WHERE FileSetId = ?1", {value_of(id)});
  session_.run("INSERT INTO HoldfastFileSet (FileSetId, TextSince) VALUES (?1, ?2)",
               {value_of(id), std::int64_t{now.time_since_epoch().count()}});
}

StorageId SqlStorages::put_storage(std::string_view name, bool autochanger) {
  std::optional<std::int64_t> id;
  session_.transaction([&] {
    id = session_.first("SELECT StorageId FROM Storage WHERE Name = ?1", {name},
                        [](const ResultRow& row) { return row.number(0); });
    if (id)
      session_.run("UPDATE Storage SET AutoChanger = ?2 WHERE StorageId = ?1 AND AutoChanger <> ?2",
                   {*id, value_of(autochanger)});
    else
      id = session_.insert("INSERT INTO Storage (Name, AutoChanger) VALUES (?1, ?2) RETURNING StorageId",
                           {name, value_of(autochanger)});
  });
  return StorageId(static_cast<std::uint32_t>(*id));
}

std::optional<StorageRow> SqlStorages::find_storage(StorageId id) {
  return session_.first("SELECT StorageId, Name, AutoChanger FROM Storage WHERE StorageId = ?1",
                        {value_of(id)}, [](const ResultRow& from) {
                          ColumnReader column(from);
                          StorageRow row;
                          row.id = column.id<StorageId>();
                          row.name = column.text();
                          row.autochanger = column.flag();
                          return row;
                        });
}

void SqlStorages::put_media_type(std::string_view name) {
  session_.transaction([&] {
    session_.run(
        "INSERT INTO MediaType (MediaType, ReadOnly) SELECT ?1, 0 WHERE NOT EXISTS "
        "(SELECT 1 FROM MediaType WHERE MediaType = ?1)",
        {name});
  });
}

void SqlLog::add(const LogRow& row) {
  const MomentValue time(row.time);
  in_transaction(
      session_.connection(), SqlConnection::Durability::process_death,
      [&] {
        session_.run("INSERT INTO Log (JobId, Time, LogText) VALUES (?1, ?2, ?3)",
                     {value_of(row.job), time, value_of(row.text)});
      },
      SqlConnection::Writers::side_by_side);
}

void SqlLog::list(JobId job, const std::function<bool(const LogRow&)>& visit) {
  const SqlValue values[] = {value_of(job)};
  session_.each_of_many("SELECT JobId, Time, LogText FROM Log WHERE JobId = ?1 ORDER BY LogId", values,
                        [&](const ResultRow& from) {
                          ColumnReader column(from);
                          LogRow row;
                          row.job = column.id<JobId>();
                          row.time = column.moment();
                          row.text = column.text();
                          return visit(row);
                        });
}

void SqlQueries::query(std::string_view sql, std::span<const SqlValue> values, const Visitor& visit,
                       const std::function<void(const ResultRow&)>& describe) {
  const auto statement = session_.connection().prepare(sql, SqlConnection::Rows::many);
  statement->start(values);
  if (describe) describe(*statement);
  while (statement->next())
    if (!visit(*statement)) return;
}

}  // namespace holdfast::catalog

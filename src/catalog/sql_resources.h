// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/sql_session.h"

namespace holdfast::catalog {

// The small tables, which mirror resources of the configuration, and the log.

class SqlPools final : public PoolCatalog {
 public:
  explicit SqlPools(SqlSession& session) : session_(session) {}
  PoolId put(const PoolRow& row) override;
  std::optional<PoolRow> find(std::string_view name) override;
  std::optional<PoolRow> find(PoolId id) override;

 private:
  SqlSession& session_;
};

class SqlClients final : public ClientCatalog {
 public:
  explicit SqlClients(SqlSession& session) : session_(session) {}
  ClientRow get_or_create(std::string_view name) override;
  void update(const ClientRow& row) override;
  std::optional<ClientRow> find(std::string_view name) override;
  std::optional<ClientRow> find(ClientId id) override;

 private:
  SqlSession& session_;
};

class SqlFileSets final : public FileSetCatalog {
 public:
  explicit SqlFileSets(SqlSession& session) : session_(session) {}
  FileSetRow get_or_create(const FileSetRow& row, Match match, Moment now) override;
  std::optional<FileSetRow> find(FileSetId id) override;

 private:
  void note_text_changed(FileSetId id, Moment now);

  SqlSession& session_;
};

class SqlStorages final : public StorageCatalog {
 public:
  explicit SqlStorages(SqlSession& session) : session_(session) {}
  StorageId put_storage(std::string_view name, bool autochanger) override;
  std::optional<StorageRow> find_storage(StorageId id) override;
  void put_media_type(std::string_view name) override;

 private:
  SqlSession& session_;
};

class SqlLog final : public LogCatalog {
 public:
  explicit SqlLog(SqlSession& session) : session_(session) {}
  void add(const LogRow& row) override;
  void list(JobId job, const std::function<bool(const LogRow&)>& visit) override;

 private:
  SqlSession& session_;
};

class SqlQueries final : public QueryCatalog {
 public:
  explicit SqlQueries(SqlSession& session) : session_(session) {}
  void query(std::string_view sql, std::span<const SqlValue> values, const Visitor& visit,
             const std::function<void(const ResultRow&)>& describe) override;

 private:
  SqlSession& session_;
};

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "catalog/catalog.h"
#include "catalog/postgres.h"
#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// A catalog file in a folder of its own, removed at the end; or a database of the PostgreSQL server of this test program.
/// Any number of sessions.
class TemporaryCatalog {
 public:
  enum class Database { sqlite, postgresql };
  /// Whether this machine has it.
  static bool is_available(Database database);

  explicit TemporaryCatalog(Database database = Database::sqlite);
  TemporaryCatalog(const TemporaryCatalog&) = delete;
  TemporaryCatalog& operator=(const TemporaryCatalog&) = delete;
  ~TemporaryCatalog();

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path file() const { return folder_ / "catalog.db"; }
  std::unique_ptr<Catalog> open() const;
  /// What open() makes a catalog of; the schema is there.
  std::unique_ptr<SqlConnection> connect() const;
  /// What a Catalog resource says of it, where folder() is the working directory: "DbDriver = sqlite; DbName = …".
  std::string directives() const;
  CatalogOpener opener() const {
    return [this] { return open(); };
  }

 private:
  std::filesystem::path folder_;
  std::optional<PostgresAddress> address_;  ///< of one on PostgreSQL
};

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/temporary_catalog.h"

#include <fmt/core.h>

#include <cstdlib>

#include "base/error.h"
#include "catalog/schema.h"
#include "catalog/sql_catalog.h"
#include "catalog/sqlite.h"
#include "testing/catalog/postgres_server.h"

namespace holdfast::catalog {

namespace {

/// In memory where that is possible: a test commits thousands of times, and no test cuts the power.
std::filesystem::path folder_of_tests() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code failed;
  return std::filesystem::is_directory(memory, failed) ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

bool TemporaryCatalog::is_available(Database database) {
  return database == Database::sqlite || PostgresServer::is_installed();
}

TemporaryCatalog::TemporaryCatalog(Database database) {
  if (database == Database::postgresql) {
    PostgresServer* server = PostgresServer::shared();
    if (server == nullptr) throw Error(ErrorKind::not_found, "PostgreSQL is not installed");
    address_ = server->address(server->new_catalog());
  }
  std::string pattern = (folder_of_tests() / "holdfast-catalog-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw Error(ErrorKind::io, "no temporary folder {}", pattern);
  folder_ = pattern;
}

TemporaryCatalog::~TemporaryCatalog() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Catalog> TemporaryCatalog::open() const {
  return address_ ? open_postgres_catalog(*address_) : open_sqlite_catalog(file());
}

std::unique_ptr<SqlConnection> TemporaryCatalog::connect() const {
  auto connection = address_ ? connect_postgres(*address_) : connect_sqlite(file());
  require_schema(*connection, "");
  return connection;
}

std::string TemporaryCatalog::directives() const {
  if (!address_) return "DbDriver = sqlite; DbName = catalog.db; DbUser = bareos";
  return fmt::format("DbDriver = postgresql; DbAddress = \"{}\"; DbName = \"{}\"; DbUser = \"{}\"",
                     address_->host, address_->database, address_->user);
}

}  // namespace holdfast::catalog

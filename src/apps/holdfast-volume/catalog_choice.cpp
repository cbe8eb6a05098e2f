// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/catalog_choice.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "apps/common/configuration.h"
#include "catalog/sql_catalog.h"
#include "config/director_resources.h"
#include "jobs/catalog_address.h"

namespace holdfast::apps {
namespace {

/// A database file, or one that is to be made.
bool is_sqlite(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";
  if (!std::filesystem::exists(path)) return true;
  if (std::filesystem::is_directory(path)) return false;
  std::ifstream file(path, std::ios::binary);
  std::string begin(magic.size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return file.gcount() == 0 || begin == magic;
}

catalog::CatalogOpener of_configuration(const std::string& program, const std::string& path) {
  const auto configuration = configuration_or_report<config::DirectorConfiguration>(program, path);
  if (!configuration)
    throw NoConfiguration(ErrorKind::invalid, fmt::format("the configuration {} cannot be used", path));
  if (configuration->catalogs.empty())
    throw Error(ErrorKind::not_found, "the configuration {} names no catalog", path);
  const auto& resource = configuration->catalogs.front();
  if (resource.driver == config::CatalogDriver::sqlite) {
    const auto file = std::filesystem::path(configuration->director().working_directory) / resource.database;
    return [file] { return catalog::open_sqlite_catalog(file); };
  }
  return [address = jobs::postgres_address(resource)] { return catalog::open_postgres_catalog(address); };
}

}  // namespace

void CatalogChoice::add_path_to(CommandLine& line) {
  line.option("--catalog", "The catalog: a SQLite file, or the configuration of a Director.", path);
}

void CatalogChoice::add_existing_path_to(CommandLine& line) {
  line.existing_path("--catalog", "The catalog: a SQLite file, or the configuration of a Director.", path);
}

void CatalogChoice::add_postgres_to(CommandLine& line) {
  line.option("-n,--dbname", "PostgreSQL database (bareos).", database);
  line.option("-u,--dbuser", "Its user (bareos).", user);
  line.option("-P,--dbpassword", "The password of that user.", password);
  line.option("-o,--dbhost", "Host of the database server, or directory of its socket.", host);
  line.option("-t,--dbport", "Port of the database server (5432).", port);
}

catalog::CatalogOpener CatalogChoice::opener(const std::string& program) const {
  if (!path.empty() && is_sqlite(path)) return [file = path] { return catalog::open_sqlite_catalog(file); };
  if (!path.empty()) return of_configuration(program, path);
  catalog::PostgresAddress address;
  address.host = host;
  address.port = static_cast<std::uint32_t>(port);
  address.database = database;
  address.user = user;
  address.password = password;
  address.patience = std::chrono::seconds(0);
  return [address] { return catalog::open_postgres_catalog(address); };
}

}  // namespace holdfast::apps

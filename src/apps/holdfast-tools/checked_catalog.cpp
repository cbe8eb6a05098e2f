// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-tools/checked_catalog.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "apps/common/configuration.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/postgres.h"
#include "catalog/schema.h"
#include "catalog/sqlite.h"
#include "config/director_resources.h"
#include "jobs/catalog_address.h"

namespace holdfast::apps {
namespace {

using Connect = std::function<std::unique_ptr<catalog::SqlConnection>()>;

constexpr const char* sqlite = "sqlite";
constexpr const char* postgresql = "postgresql";

Connect sqlite_opener(const std::filesystem::path& file) {
  return [file] {
    // SQLite would make it.
    if (!std::filesystem::exists(file))
      throw Error(ErrorKind::not_found, "There is no catalog {}", file.string());
    return catalog::connect_sqlite(file);
  };
}

Connect postgres_opener(catalog::PostgresAddress address) {
  address.patience = std::chrono::seconds(0);
  return [address] { return catalog::connect_postgres(address); };
}

const config::Catalog& choose(const config::DirectorConfiguration& configuration,
                              const CatalogArguments& arguments) {
  const auto& all = configuration.catalogs;
  if (all.empty())
    throw Error(ErrorKind::not_found, "Error there is no Catalog section in the given config file [{}]",
                arguments.configuration);
  if (arguments.name.empty()) return all.front();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == arguments.name; });
  if (found == all.end())
    throw Error(ErrorKind::not_found, "Error can not find the Catalog name[{}] in the given config file [{}]",
                arguments.name, arguments.configuration);
  return *found;
}

catalog::NamedResources names_of(const config::DirectorConfiguration& configuration) {
  catalog::NamedResources named;
  for (const auto& client : configuration.clients) named.clients.push_back(client.name);
  for (const auto& storage : configuration.storages) named.storages.push_back(storage.name);
  return named;
}

CheckedCatalog of_resource(const config::Catalog& resource) {
  CheckedCatalog chosen;
  chosen.name = resource.name;
  chosen.database = resource.database;
  chosen.driver = resource.driver == config::CatalogDriver::sqlite ? sqlite : postgresql;
  chosen.user = resource.user;
  chosen.password = resource.password.text;
  chosen.address = resource.address;
  chosen.port = resource.port;
  chosen.socket = resource.socket;
  return chosen;
}

CheckedCatalog of_words(const CatalogArguments& arguments) {
  const auto word = [&](std::size_t at, const char* otherwise) {
    return arguments.words.size() > at ? arguments.words[at] : std::string(otherwise);
  };
  CheckedCatalog chosen;
  chosen.working_directory = word(0, "");
  chosen.database = word(1, "bareos");
  chosen.driver = arguments.driver == sqlite ? sqlite : postgresql;
  chosen.user = word(2, "bareos");
  chosen.password = word(3, "");
  chosen.address = word(4, "");
  const auto port = parse_number<std::uint16_t>(word(5, "0"));
  if (!port) throw Error(ErrorKind::invalid, "\"{}\" is no port", word(5, ""));
  chosen.port = *port;
  return chosen;
}

}  // namespace

std::string CheckedCatalog::description() const {
  return fmt::format(
      "catalog={}\ndb_name={}\ndb_driver={}\ndb_user={}\ndb_password={}\ndb_address={}\ndb_port={}\n"
      "db_socket={}\ndb_type={}\nworking_dir={}\n",
      name, database, driver, user, password, address, port, socket,
      driver == sqlite ? "SQLite" : "PostgreSQL", working_directory);
}

std::unique_ptr<catalog::SqlConnection> CheckedCatalog::connect() const {
  auto connection = open_();
  if (!connection->has_table("version"))
    throw Error(ErrorKind::not_found, "The database {} has no tables of a catalog", database);
  catalog::require_schema(*connection, database);
  return connection;
}

std::optional<CheckedCatalog> find_catalog(const CatalogArguments& arguments) {
  if (!arguments.words.empty()) {
    CheckedCatalog chosen = of_words(arguments);
    catalog::PostgresAddress address;
    address.host = chosen.address;
    address.port = chosen.port;
    address.database = chosen.database;
    address.user = chosen.user;
    address.password = chosen.password;
    chosen.open_ = chosen.driver == sqlite
                       ? sqlite_opener(std::filesystem::path(chosen.working_directory) / chosen.database)
                       : postgres_opener(address);
    return chosen;
  }
  const auto configuration =
      configuration_or_report<config::DirectorConfiguration>("bareos-dbcheck", arguments.configuration);
  if (!configuration) return std::nullopt;
  const config::Catalog& resource = choose(*configuration, arguments);
  CheckedCatalog chosen = of_resource(resource);
  chosen.working_directory = configuration->director().working_directory;
  chosen.named = names_of(*configuration);
  chosen.open_ = chosen.driver == sqlite
                     ? sqlite_opener(std::filesystem::path(chosen.working_directory) / chosen.database)
                     : postgres_opener(jobs::postgres_address(resource));
  return chosen;
}

}  // namespace holdfast::apps

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_setup.h"

#include "catalog/own_tables.h"
#include "catalog/postgres_sql.h"
#include "catalog/schema.h"

namespace holdfast::catalog {
namespace {

/// Any database that is always there, to create others from.
constexpr const char* maintenance_database = "postgres";

class Setup {
 public:
  explicit Setup(const PostgresAddress& catalog)
      : catalog_(catalog), role_(quoted_name(catalog.user)), database_(quoted_name(catalog.database)) {}

  std::vector<std::string> run() {
    require_names();
    {
      const auto server = connect_any_postgres(as_administrator(maintenance_database));
      create_role(*server);
      create_database(*server);
    }
    const auto database = connect_postgres(as_administrator(catalog_.database));
    create_tables(*database);
    grant(*database);
    try_role();
    return std::move(done_);
  }

 private:
  void require_names() const {
    if (catalog_.database.empty() || catalog_.user.empty())
      throw Error(ErrorKind::invalid, "the Catalog resource needs DbName and DbUser");
  }

  PostgresAddress as_administrator(const std::string& database) const {
    PostgresAddress address = catalog_;
    address.user = address.password = address.ssl_certificate = address.ssl_key = "";
    address.database = database;
    address.patience = {};
    return address;
  }

  static bool exists(SqlConnection& connection, std::string_view sql, std::string_view name) {
    const auto statement = connection.prepare(sql);
    const SqlValue values[] = {name};
    statement->start(values);
    return statement->next();
  }

  void create_role(SqlConnection& server) {
    const std::string password =
        catalog_.password.empty() ? "" : " PASSWORD " + quoted_text(catalog_.password);
    if (!exists(server, "SELECT 1 FROM pg_roles WHERE rolname = ?1", catalog_.user)) {
      server.execute(fmt::format("CREATE ROLE {} LOGIN{}", role_, password));
      done_.push_back(fmt::format("role {} created", catalog_.user));
    } else if (!password.empty()) {
      server.execute(fmt::format("ALTER ROLE {} LOGIN{}", role_, password));
      done_.push_back(
          fmt::format("role {} was there; it has the password of the configuration", catalog_.user));
    } else {
      done_.push_back(fmt::format("role {} was there", catalog_.user));
    }
  }

  void create_database(SqlConnection& server) {
    if (exists(server, "SELECT 1 FROM pg_database WHERE datname = ?1", catalog_.database)) {
      done_.push_back(fmt::format("database {} was there", catalog_.database));
      return;
    }
    server.execute(fmt::format(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", database_));
    server.execute(fmt::format("ALTER DATABASE {} SET datestyle TO 'ISO, YMD'", database_));
    done_.push_back(fmt::format("database {} created", catalog_.database));
  }

  void create_tables(SqlConnection& database) {
    const bool was_there = database.has_table("version");
    require_schema(database, catalog_.database);
    require_own_tables(database);
    done_.push_back(
        fmt::format("tables of version {} {}", schema_version, was_there ? "were there" : "created"));
  }

  void grant(SqlConnection& database) {
    database.execute(
        fmt::format("GRANT ALL ON SCHEMA public TO {0}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {0}; "
                    "GRANT USAGE, SELECT, "
                    "UPDATE ON ALL SEQUENCES IN SCHEMA public TO {0}; GRANT EXECUTE ON ALL FUNCTIONS IN "
                    "SCHEMA public TO {0}",
                    role_));
    done_.push_back(fmt::format("rights granted to {}", catalog_.user));
  }

  void try_role() const {
    try {
      connect_postgres(catalog_);
    } catch (const Error&) {
      rethrow_with(
          "everything is there, but the Director cannot log in as {} (see DbPassword, DbAddress, and "
          "pg_hba.conf of "
          "the server)",
          catalog_.user);
    }
  }

  const PostgresAddress& catalog_;
  std::string role_, database_;
  std::vector<std::string> done_;
};

}  // namespace

std::vector<std::string> set_up_postgres(const PostgresAddress& catalog) { return Setup(catalog).run(); }

}  // namespace holdfast::catalog

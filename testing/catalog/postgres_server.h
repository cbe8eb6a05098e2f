// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "catalog/postgres.h"

namespace holdfast::catalog {

/// A PostgreSQL server of its own in a folder, reached through a socket there. It is stopped with this object, and dies
/// with this process. Where the tests run as root it runs as nobody.
class PostgresServer {
 public:
  /// Whether PostgreSQL is installed.
  static bool is_installed();
  /// One for the whole test program; null where it is not installed.
  static PostgresServer* shared();

  /// `settings` such as "max_connections=5". Throws Error with the server's words where it does not start. In memory
  /// where that is possible, or in `parent`.
  explicit PostgresServer(std::vector<std::string> settings = {}, const std::filesystem::path& parent = {});
  /// A folder that stays when the object goes, and whose databases are there again the next time.
  struct KeptIn {
    std::filesystem::path folder;
  };
  PostgresServer(std::vector<std::string> settings, const KeptIn& kept);
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  /// At once, as after a power cut: what was not flushed is gone for the server.
  void stop();
  void start();

  pid_t process() const { return server_; }

  /// Of its superuser, and with little patience.
  PostgresAddress address(const std::string& database) const;
  /// The name of a new database that suits a catalog; empty.
  std::string new_database();
  /// As above, with the tables of a catalog.
  std::string new_catalog();
  /// That catalog, made where it is missing.
  std::string kept_catalog(const std::string& name);
  /// Statements of the superuser in a database.
  void execute(const std::string& database, const std::string& sql) const;

 private:
  void make_cluster() const;
  void run(const std::vector<std::string>& words) const;
  bool accepts() const;

  std::vector<std::string> settings_;
  std::filesystem::path folder_;
  pid_t server_ = -1;
  int databases_ = 0;
  bool has_template_ = false;
  bool is_kept_ = false;
};

}  // namespace holdfast::catalog

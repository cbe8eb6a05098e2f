// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// How to reach a PostgreSQL database. What is empty or 0 is left to libpq.
struct PostgresAddress {
  std::string host{};  ///< name, address, or the directory of the server's socket
  std::uint32_t port = 0;
  std::string database{};
  std::string user{};
  std::string password{};
  std::string ssl_mode{};  ///< disable, allow, prefer, require, verify-ca, verify-full
  std::string ssl_root_certificate{};
  std::string ssl_certificate{};
  std::string ssl_key{};
  bool reconnects = true;   ///< after the connection was lost
  int attempts = 6;         ///< to connect, while the server does not answer or has no room
  int attempts_again = 12;  ///< the same after the connection was lost
  std::chrono::milliseconds between_attempts{5'000};
  std::stop_token stop{};  ///< ends waiting for the server
  /// Told why when a session has lost its connection and cannot make it again.
  std::function<void(std::string_view why)> lost{};
};

/// Connects, with the session settings that a catalog needs (interop 07, section 1.2). A server that cannot be reached
/// or has no connection left is tried again as the address says; a refusal is thrown at once. Throws Error (network,
/// refused, invalid, cancelled).
std::unique_ptr<SqlConnection> connect_postgres(const PostgresAddress& address);

/// As above, for a database that need not be one of a catalog, such as the one through which others are created.
std::unique_ptr<SqlConnection> connect_any_postgres(const PostgresAddress& address);

}  // namespace holdfast::catalog

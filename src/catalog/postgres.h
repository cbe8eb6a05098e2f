// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// Since when a server has been away, for sessions that must not wait for it one after the other: what one of them has
/// waited counts for all. Any thread.
class Outage {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The server was missed at `now`; returns when that began. Where nobody missed it for a minute, it begins anew.
  Time missed(Time now);
  void is_over();

 private:
  struct Times {
    Time began{};
    Time last{};
  };
  Guarded<std::optional<Times>> times_;
};

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
  bool reconnects = true;                             ///< after the connection was lost
  std::chrono::milliseconds patience{60'000};         ///< with a server that does not answer or has no room
  std::chrono::milliseconds between_attempts{5'000};  ///< to connect, while patience lasts
  std::chrono::milliseconds longest_attempt{15'000};  ///< with a network that swallows everything
  std::stop_token stop{};                             ///< ends waiting for the server
  Outage* outage = nullptr;  ///< of all who wait for this server together; outlives them
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

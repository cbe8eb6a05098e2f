// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// One connection of libpq, which connects again when it was lost. Inside of this folder only.

#include <memory>
#include <string>
#include <vector>

#include "catalog/postgres.h"

struct pg_conn;
struct pg_result;

namespace holdfast::catalog {

struct FreeResult {
  void operator()(pg_result* result) const;
};
using PostgresResult = std::unique_ptr<pg_result, FreeResult>;

class PostgresLink {
 public:
  enum class Purpose { catalog, any };

  PostgresLink(PostgresAddress address, Purpose purpose);
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;
  ~PostgresLink();

  pg_conn* connection() { return connection_; }
  unsigned times_connected() const { return times_connected_; }

  /// Runs `action` and returns what it returns. Outside of a transaction a lost connection is made anew before, and,
  /// where `repeat` says that this does no harm, also after `action` found it lost.
  enum class Repeat { never, once };
  template <typename Action>
  auto alive(Repeat repeat, Action&& action) {
    if (state_ != State::idle) return action();
    make_alive();
    if (repeat == Repeat::never) return action();
    try {
      return action();
    } catch (const ConnectionLost&) {
      make_alive();
    }
    return action();
  }

  /// Statements without values, outside of any repetition; the last one's result.
  PostgresResult run(const std::string& sql);
  /// Throws what a failed result means; gives a good one back.
  PostgresResult checked(pg_result* result, std::string_view doing);
  [[noreturn]] void fail(const pg_result* result, std::string_view doing);

  void begin(SqlConnection::Durability durability, SqlConnection::Writers writers);
  void commit();
  void rollback() noexcept;
  bool is_in_transaction() const { return state_ == State::writing; }

  /// A transaction for the time in which somebody reads through a cursor, unless there is one already.
  void begin_reading();
  void end_reading() noexcept;
  /// Throws Error{internal} where a change would become part of what somebody reads.
  void require_no_reading() const;

  std::string new_name(char first) { return first + std::to_string(++names_given_); }
  /// A prepared statement nobody needs any more.
  void forget(const std::string& statement, unsigned connection) noexcept;

 private:
  enum class State { idle, reading, writing };

  void make_alive();
  void connect();
  void disconnect() noexcept;
  void apply_settings();
  void forget_statements();
  bool was_committed(const std::string& transaction);

  PostgresAddress address_;
  Purpose purpose_;
  pg_conn* connection_ = nullptr;
  bool is_lost_ = false;
  unsigned times_connected_ = 0;
  State state_ = State::idle;
  unsigned readers_ = 0;
  std::string transaction_;  ///< its number, while one is under way
  unsigned names_given_ = 0;
  std::vector<std::string> forgotten_;
};

}  // namespace holdfast::catalog

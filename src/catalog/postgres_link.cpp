// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_link.h"

#include <libpq-fe.h>

#include <thread>

#include "base/text.h"
#include "catalog/postgres_connect.h"
#include "catalog/postgres_sql.h"

namespace holdfast::catalog {
namespace {

/// Of the advisory lock that transactions hold which go one at a time: "holdfast" as a number.
constexpr std::string_view lock_of_writers = "7525395917346145140";

std::string state_of(const PGresult* result) {
  const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  return state != nullptr ? state : "";
}

}  // namespace

void FreeResult::operator()(pg_result* result) const { PQclear(result); }

PostgresLink::PostgresLink(PostgresAddress address, Purpose purpose)
    : address_(std::move(address)), purpose_(purpose) {
  try {
    connect();
  } catch (...) {
    disconnect();
    throw;
  }
}

PostgresLink::~PostgresLink() { disconnect(); }

void PostgresLink::disconnect() noexcept {
  if (connection_ != nullptr) PQfinish(connection_);
  connection_ = nullptr;
}

void PostgresLink::connect() {
  connection_ = connect_to_postgres(address_);
  is_lost_ = false;
  ++times_connected_;
  forgotten_.clear();
  if (purpose_ == Purpose::catalog) apply_settings();
}

void PostgresLink::apply_settings() {
  const std::string encoding = PQparameterStatus(connection_, "server_encoding");
  if (encoding != "SQL_ASCII")
    throw Error(
        ErrorKind::unsupported,
        "Encoding error for database \"{}\". Wanted SQL_ASCII, got {}. File names are bytes of any encoding: "
        "create the database with ENCODING 'SQL_ASCII' from template0, or let holdfast-dir --setup-catalog "
        "do it.",
        address_.database, encoding);
  // Beside what the peer sets: plans made for tables that were empty must not live on when they are large, and compiling a
  // listing of many jobs takes longer than reading it.
  run("SET datestyle TO 'ISO, YMD'; SET cursor_tuple_fraction TO 1; SET client_min_messages TO WARNING; "
      "SET standard_conforming_strings TO on; SET bytea_output TO hex; SET plan_cache_mode TO "
      "force_custom_plan; "
      "SET jit TO off");
}

void PostgresLink::make_alive() {
  // Notices an end that the server announced while nothing was asked of it.
  if (connection_ != nullptr && !is_lost_ && PQconsumeInput(connection_) == 1 &&
      PQstatus(connection_) == CONNECTION_OK) {
    forget_statements();
    return;
  }
  if (!address_.reconnects) {
    const auto why = fmt::format("the connection to PostgreSQL database \"{}\" was lost", address_.database);
    if (address_.lost) address_.lost(why);
    throw ConnectionLost(why);
  }
  disconnect();
  try {
    connect();
  } catch (const Error& error) {
    disconnect();
    if (address_.lost && error.kind() != ErrorKind::cancelled) address_.lost(error.message());
    rethrow_with("the connection to the catalog was lost and cannot be made again");
  }
}

PostgresResult PostgresLink::run(const std::string& sql) {
  return checked(PQexec(connection_, sql.c_str()), std::string_view(sql).substr(0, 80));
}

PostgresResult PostgresLink::checked(pg_result* result, std::string_view doing) {
  PostgresResult owned(result);
  const auto status = PQresultStatus(result);
  if (status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR || status == PGRES_FATAL_ERROR)
    fail(result, doing);
  return owned;
}

void PostgresLink::fail(const pg_result* result, std::string_view doing) {
  const std::string state = state_of(result);
  const char* said = result != nullptr ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  const std::string words(trim(said != nullptr ? said : PQerrorMessage(connection_)));
  const std::string message = fmt::format("catalog: {}: {}", words, doing);
  // What libpq says by itself has no SQLSTATE, and its status lags behind what it found.
  if (!state.empty() && !means_lost(state)) {
    const ErrorKind kind = kind_of_state(state);
    throw Error(kind, kind == ErrorKind::no_space
                          ? message + " (make room on the disk of the database server)"
                          : message);
  }
  is_lost_ = true;
  throw ConnectionLost(message);
}

void PostgresLink::begin(SqlConnection::Durability durability, SqlConnection::Writers writers) {
  require_no_reading();
  std::string sql = "BEGIN;";
  if (durability == SqlConnection::Durability::process_death) sql += "SET LOCAL synchronous_commit TO off;";
  if (writers == SqlConnection::Writers::one_at_a_time)
    sql += fmt::format("SELECT pg_advisory_xact_lock({});", lock_of_writers);
  sql += "SELECT txid_current()";
  const PostgresResult number = alive(Repeat::once, [&] {
    try {
      return run(sql);
    } catch (const ConnectionLost&) {
      throw;
    } catch (const Error&) {
      const PostgresResult undone(PQexec(connection_, "ROLLBACK"));
      throw;
    }
  });
  transaction_ = PQgetvalue(number.get(), 0, 0);
  state_ = State::writing;
}

void PostgresLink::commit() {
  state_ = State::idle;
  const std::string transaction = std::exchange(transaction_, "");
  try {
    const PostgresResult done = run("COMMIT");
    if (std::string_view(PQcmdStatus(done.get())) != "COMMIT")
      throw Error(ErrorKind::invalid, "catalog: the transaction had failed before and was rolled back");
  } catch (const ConnectionLost&) {
    // The answer is lost, the commit perhaps not.
    if (!was_committed(transaction)) throw;
  }
}

bool PostgresLink::was_committed(const std::string& transaction) {
  constexpr int questions = 50;
  constexpr std::chrono::milliseconds between{100};
  std::string state = "in progress";
  for (int asked = 0; asked < questions && state == "in progress"; ++asked) {
    if (asked > 0) std::this_thread::sleep_for(between);
    const PostgresResult answer =
        alive(Repeat::once, [&] { return run(fmt::format("SELECT txid_status({})", transaction)); });
    state = PQgetvalue(answer.get(), 0, 0);
  }
  return state == "committed";
}

void PostgresLink::rollback() noexcept {
  if (state_ != State::writing) return;
  state_ = State::idle;
  transaction_.clear();
  if (connection_ != nullptr && !is_lost_) PostgresResult(PQexec(connection_, "ROLLBACK"));
}

void PostgresLink::begin_reading() {
  if (state_ == State::writing) return;
  if (state_ == State::idle) {
    alive(Repeat::once, [&] { return run("BEGIN"); });
    state_ = State::reading;
  }
  ++readers_;
}

void PostgresLink::end_reading() noexcept {
  if (state_ != State::reading || --readers_ > 0) return;
  state_ = State::idle;
  if (!is_lost_) PostgresResult(PQexec(connection_, "ROLLBACK"));
}

void PostgresLink::require_no_reading() const {
  if (state_ == State::reading)
    throw Error(ErrorKind::internal,
                "catalog: a change while rows of a listing are read on the same connection");
}

void PostgresLink::forget(const std::string& statement, unsigned connection) noexcept {
  if (connection != times_connected_) return;
  try {
    forgotten_.push_back(statement);
  } catch (...) {
    // It stays until the end of the connection.
  }
}

void PostgresLink::forget_statements() {
  constexpr std::size_t enough = 20;
  if (forgotten_.size() < enough) return;
  std::string sql;
  for (const std::string& statement : forgotten_) sql += "DEALLOCATE " + statement + ";";
  forgotten_.clear();
  run(sql);
}

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_connect.h"

#include <libpq-fe.h>

#include "base/text.h"
#include "os/wait.h"

namespace holdfast::catalog {
namespace {

constexpr std::string_view too_many_connections = "53300";
constexpr std::string_view cannot_connect_now = "57P03";
constexpr std::string_view no_such_database = "3D";
constexpr std::string_view no_login = "28";

struct StateKind {
  std::string_view prefix;
  ErrorKind kind;
};
/// The first that fits.
constexpr StateKind kinds_of_states[] = {
    {"53100", ErrorKind::no_space},   // disk_full
    {"53300", ErrorKind::refused},    // too_many_connections
    {"57014", ErrorKind::cancelled},  // query_canceled
    {"28", ErrorKind::refused},       // invalid authorization
    {"42501", ErrorKind::refused},    // insufficient_privilege
    {"25006", ErrorKind::refused},    // read_only_sql_transaction
    {"3D", ErrorKind::not_found},     // invalid_catalog_name
    {"40", ErrorKind::timeout},       // transaction rollback: deadlock, serialization
    {"55P03", ErrorKind::timeout},    // lock_not_available
    {"XX001", ErrorKind::corrupt},    // data_corrupted
    {"XX002", ErrorKind::corrupt},    // index_corrupted
    {"22", ErrorKind::invalid},       // data exception
    {"23", ErrorKind::invalid},       // integrity constraint violation
    {"25", ErrorKind::invalid},       // invalid transaction state
    {"42", ErrorKind::invalid},       // syntax error or access rule violation
};

/// The pairs libpq wants; empty ones are left out.
class Parameters {
 public:
  explicit Parameters(const PostgresAddress& address) : port_(std::to_string(address.port)) {
    add("host", address.host);
    if (address.port != 0) add("port", port_);
    add("dbname", address.database);
    add("user", address.user);
    add("password", address.password);
    add("sslmode", address.ssl_mode);
    add("sslrootcert", address.ssl_root_certificate);
    add("sslcert", address.ssl_certificate);
    add("sslkey", address.ssl_key);
    add("client_encoding", "SQL_ASCII");
    add("application_name", "holdfast");
    // A network that swallows everything is noticed within a minute.
    add("keepalives_idle", "30");
    add("keepalives_interval", "10");
    add("keepalives_count", "3");
    add("tcp_user_timeout", "60000");
    keys_.push_back(nullptr);
    values_.push_back(nullptr);
  }
  const char* const* keys() const { return keys_.data(); }
  const char* const* values() const { return values_.data(); }

 private:
  void add(const char* key, const char* value) {
    keys_.push_back(key);
    values_.push_back(value);
  }
  void add(const char* key, const std::string& value) {
    if (!value.empty()) add(key, value.c_str());
  }

  std::string port_;
  std::vector<const char*> keys_;
  std::vector<const char*> values_;
};

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, Finish>;

/// Libpq asks step by step what to wait for.
void complete(PGconn* connection, Outage::Time deadline, const os::StopEvent& stop) {
  auto status = PGRES_POLLING_WRITING;
  while (status == PGRES_POLLING_WRITING || status == PGRES_POLLING_READING) {
    const auto wanted = status == PGRES_POLLING_READING ? os::Wanted::to_read : os::Wanted::to_write;
    if (os::wait_for(PQsocket(connection), wanted, deadline, stop) == os::Waited::deadline) return;
    status = PQconnectPoll(connection);
  }
}

Connection attempt(const Parameters& parameters, Outage::Time deadline, const os::StopEvent& stop) {
  Connection connection(PQconnectStartParams(parameters.keys(), parameters.values(), 0));
  if (!connection) throw Error(ErrorKind::io, "no memory for a connection to PostgreSQL");
  // So that the message holds the SQLSTATE, which libpq does not tell otherwise of a failed start.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  if (PQstatus(connection.get()) != CONNECTION_BAD) complete(connection.get(), deadline, stop);
  return connection;
}

bool is_connected(const Connection& connection) { return PQstatus(connection.get()) == CONNECTION_OK; }

/// "… FATAL:  53300: sorry, too many clients already"; empty where no server answered.
std::string_view state_in(std::string_view message) {
  constexpr std::string_view before = ":  ";
  constexpr std::size_t length = 5;
  for (auto at = message.find(before); at != std::string_view::npos; at = message.find(before, at + 1)) {
    const std::string_view behind = message.substr(at + before.size());
    if (behind.size() > length && behind[length] == ':' &&
        behind.substr(0, length).find(' ') == std::string_view::npos)
      return behind.substr(0, length);
  }
  return {};
}

/// Without what libpq adds for its developers.
std::string readable(std::string_view message) {
  message = message.substr(0, message.find("\nLOCATION:"));
  return std::string(trim(message));
}

std::string_view advice(std::string_view state) {
  if (!state.starts_with(no_such_database) && !state.starts_with(no_login)) return "";
  return "\nA role and a database that do not exist yet are created by: holdfast-dir --setup-catalog";
}

/// Interop 07, section 1.2.
[[noreturn]] void refuse(const PostgresAddress& address, PGconn* connection) {
  const bool took_too_long = PQstatus(connection) != CONNECTION_BAD;
  const std::string said = PQerrorMessage(connection);
  const std::string_view state = state_in(said);
  const std::string reason = took_too_long ? "the server does not answer" : readable(said);
  throw Error(state.empty() ? ErrorKind::network : kind_of_state(state),
              "Unable to connect to PostgreSQL server. Database={} User={}\nPossible causes: SQL server not "
              "running; password incorrect; server requires ssl; max_connections exceeded.\n({}){}",
              address.database, address.user, reason, advice(state));
}

/// While a server is there but full, or comes up, waiting for it makes sense.
bool may_change(std::string_view state) {
  return state.empty() || state == too_many_connections || state == cannot_connect_now;
}

Connection connected(Connection connection) {
  PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
  // Notices would go to standard error.
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

}  // namespace

pg_conn* connect_to_postgres(const PostgresAddress& address) {
  const Parameters parameters(address);
  const os::StopEvent stop(address.stop);
  const auto clock = [] { return std::chrono::steady_clock::now(); };
  const auto began = clock();
  auto limit = began + address.longest_attempt;
  while (true) {
    Connection connection = attempt(parameters, limit, stop);
    if (is_connected(connection)) {
      if (address.outage != nullptr) address.outage->is_over();
      return connected(std::move(connection)).release();
    }
    const std::string_view state = state_in(PQerrorMessage(connection.get()));
    const bool is_away = state != too_many_connections && may_change(state);
    const auto since =
        is_away && address.outage != nullptr ? std::min(began, address.outage->missed(clock())) : began;
    const auto deadline = since + address.patience;
    if (!may_change(state) || clock() + address.between_attempts >= deadline)
      refuse(address, connection.get());
    connection.reset();
    if (!os::pause_for(address.between_attempts, stop))
      throw Error(ErrorKind::cancelled, "cancelled while waiting for the PostgreSQL server");
    limit = std::min(deadline, clock() + address.longest_attempt);
  }
}

ErrorKind kind_of_state(std::string_view state) {
  for (const auto& known : kinds_of_states)
    if (state.starts_with(known.prefix)) return known.kind;
  return ErrorKind::io;
}

// 57P01 admin_shutdown, 57P02 crash_shutdown, 57P05 idle_session_timeout, 25P03 idle_in_transaction_session_timeout, 08
// connection exceptions
bool means_lost(std::string_view state) {
  return state == "57P01" || state == "57P02" || state == "57P05" || state == "25P03" ||
         state.starts_with("08");
}

Outage::Time Outage::missed(Time now) {
  constexpr std::chrono::minutes forgotten_after{1};
  return times_.with([&](std::optional<Times>& times) {
    if (!times || now - times->last > forgotten_after) times = Times{now, now};
    times->last = now;
    return times->began;
  });
}

void Outage::is_over() {
  times_.with([](std::optional<Times>& times) { times.reset(); });
}

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/catalog.h"

namespace holdfast::catalog {

/// The server went away or the way to it was cut. What had not been committed is undone; the connection connects
/// again with the next statement or transaction.
class ConnectionLost : public Error {
 public:
  explicit ConnectionLost(const std::string& message) : Error(ErrorKind::network, message) {}
};

/// A prepared statement with places ?1, ?2, … It is itself the row on which it stands after next().
class SqlStatement : public ResultRow {
 public:
  /// Begins anew with these values; what views point to must live until finish() or the next start().
  virtual void start(std::span<const SqlValue> values) = 0;
  /// Goes to the next row; false at the end. A statement without rows does its work in the first call.
  virtual bool next() = 0;
  /// Releases what a running statement holds, locks included.
  virtual void finish() noexcept = 0;
  virtual bool changes_nothing() const = 0;
};

/// Adds many rows to one table, fast. Nothing else may use the connection until finish() or the end of this object,
/// and it lives inside of a transaction, which is rolled back where finish() was not reached.
class BulkInsert {
 public:
  virtual ~BulkInsert() = default;
  virtual void add(std::span<const SqlValue> row) = 0;
  virtual void finish() = 0;
};

/// A connection to a database; used by one thread at a time. SQL is written once for all databases; what they
/// do differently is an operation here.
class SqlConnection {
 public:
  /// What a commit survives: the end of this process, or also that of the machine.
  enum class Durability { process_death, power_cut };
  /// Whether a transaction waits until no other is under way, so that what it looks up stays true until it commits.
  /// SQLite knows only the first.
  enum class Writers { one_at_a_time, side_by_side };
  /// How many rows a query may give. Where they are many they are fetched in pieces, and until finish() nothing can be
  /// changed on this connection outside of a transaction that began before.
  /// Rows streamed come as they are found, the fastest way for very many: without values, no names of columns, and nothing
  /// else may use the connection until finish(), unless it reads_side_by_side(). An index gives the order of each part of
  /// such a query: the database is not to sort.
  enum class Rows { few, many, streamed };
  enum class KeyWidth { integer, bigint };
  /// Whether a statement is planned anew for the values of each run, or once.
  enum class Plans { fresh, kept };

  virtual ~SqlConnection() = default;
  virtual std::unique_ptr<SqlStatement> prepare(std::string_view sql, Rows rows) = 0;
  std::unique_ptr<SqlStatement> prepare(std::string_view sql) { return prepare(sql, Rows::few); }
  /// Several statements without values or rows.
  virtual void execute(const std::string& sql) = 0;

  /// A writing transaction. Outside of transactions every statement is one of its own that survives a power cut.
  virtual void begin(Durability durability, Writers writers) = 0;
  /// ConnectionLost means that nothing was committed.
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  /// For the statements that follow; fresh to begin with. Kept plans are for short statements that run by the hundred, on
  /// tables that hold already what they look for.
  virtual void use_plans(Plans) {}

  /// Between two transactions of a long piece of work: lets writers that wait have their turn, where the
  /// database would not do that by itself.
  virtual void let_others_write() {}

  /// For these columns of a table; "Name, Size".
  virtual std::unique_ptr<BulkInsert> bulk_insert(std::string_view table, std::string_view columns) = 0;

  /// One more connection to the same database, for another thread or to read side by side; null where the database can
  /// be seen by this one only.
  virtual std::unique_ptr<SqlConnection> another() = 0;
  /// Whether many statements can be read at once, each as fast as alone.
  virtual bool reads_side_by_side() const = 0;

  virtual bool has_table(std::string_view name) = 0;
  /// The column type of a key that numbers itself and never gives a number twice, primary key included.
  virtual std::string serial_key(KeyWidth width) const = 0;
  /// The column type for any bytes.
  virtual std::string bytes_type() const = 0;
  /// What the schema has for this database alone, as statements.
  virtual std::string_view own_schema() const { return {}; }
  /// How often the connection was made. What was read before the last time may have been undone by the end of the
  /// server.
  virtual unsigned times_connected() const { return 1; }
};

/// Rolls back unless committed.
class Transaction {
 public:
  using Writers = SqlConnection::Writers;
  Transaction(SqlConnection& connection, SqlConnection::Durability durability,
              Writers writers = Writers::one_at_a_time)
      : connection_(connection) {
    connection_.begin(durability, writers);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (!committed_) connection_.rollback();
  }
  void commit() {
    connection_.commit();
    committed_ = true;
  }

 private:
  SqlConnection& connection_;
  bool committed_ = false;
};

/// Keeps plans as long as it lives.
class KeptPlans {
 public:
  explicit KeptPlans(SqlConnection& connection) : connection_(connection) {
    connection_.use_plans(SqlConnection::Plans::kept);
  }
  KeptPlans(const KeptPlans&) = delete;
  KeptPlans& operator=(const KeptPlans&) = delete;
  ~KeptPlans() {
    try {
      connection_.use_plans(SqlConnection::Plans::fresh);
    } catch (const Error&) {
      // A connection that was lost begins with fresh ones.
    }
  }

 private:
  SqlConnection& connection_;
};

/// Runs `body` in a transaction and commits it; where the connection was lost, all of it once more. `body` must come to
/// the same each time.
template <typename Body>
void in_transaction(SqlConnection& connection, SqlConnection::Durability durability, Body&& body,
                    SqlConnection::Writers writers = SqlConnection::Writers::one_at_a_time) {
  constexpr int last_try = 3;
  for (int tries = 1;; ++tries) {
    try {
      Transaction transaction(connection, durability, writers);
      body();
      return transaction.commit();
    } catch (const ConnectionLost&) {
      if (tries == last_try) throw;
    }
  }
}

}  // namespace holdfast::catalog

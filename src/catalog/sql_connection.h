// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "catalog/catalog.h"

namespace holdfast::catalog {

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

/// A connection to a database; used by one thread at a time. SQL is written once for all databases; what they
/// do differently is an operation here.
class SqlConnection {
 public:
  /// What a commit survives: the end of this process, or also that of the machine.
  enum class Durability { process_death, power_cut };

  virtual ~SqlConnection() = default;
  virtual std::unique_ptr<SqlStatement> prepare(std::string_view sql) = 0;
  /// Several statements without values or rows.
  virtual void execute(const std::string& sql) = 0;

  /// A writing transaction; waits for other writers. Outside of transactions every statement is one of its
  /// own that survives a power cut.
  virtual void begin(Durability durability) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  /// Between two transactions of a long piece of work: lets writers that wait have their turn, where the
  /// database would not do that by itself.
  virtual void let_others_write() {}

  virtual bool has_table(std::string_view name) = 0;
  /// The column type of a key that numbers itself and never gives a number twice, primary key included.
  virtual std::string serial_key() const = 0;
  /// The column type for any bytes.
  virtual std::string bytes_type() const = 0;
};

/// Rolls back unless committed.
class Transaction {
 public:
  Transaction(SqlConnection& connection, SqlConnection::Durability durability) : connection_(connection) {
    connection_.begin(durability);
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

}  // namespace holdfast::catalog

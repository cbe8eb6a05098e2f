// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Statements of a PostgreSQL connection. Inside of this folder only.

#include "catalog/postgres_link.h"
#include "catalog/postgres_sql.h"
#include "catalog/postgres_values.h"

namespace holdfast::catalog {

/// A statement prepared on the server, whose rows are read whole, or a piece at a time through a cursor.
class PostgresStatement final : public SqlStatement {
 public:
  PostgresStatement(PostgresLink& link, std::string_view sql, SqlConnection::Rows rows);
  PostgresStatement(const PostgresStatement&) = delete;
  PostgresStatement& operator=(const PostgresStatement&) = delete;
  ~PostgresStatement() override;

  void start(std::span<const SqlValue> values) override;
  bool next() override;
  void finish() noexcept override;
  bool changes_nothing() const override { return kind_ == StatementKind::query; }

  std::size_t columns() const override;
  std::string_view name(std::size_t column) const override;
  bool is_null(std::size_t column) const override;
  std::string_view text(std::size_t column) const override;
  std::int64_t number(std::size_t column) const override;

 private:
  enum class Progress { started, reading, ended };

  void prepare();
  void require_prepared();
  bool is_through_cursor() const {
    return rows_ != SqlConnection::Rows::few && kind_ == StatementKind::query;
  }
  void execute();
  void open_cursor();
  void fetch();

  PostgresLink& link_;
  std::string sql_;
  StatementKind kind_;
  SqlConnection::Rows rows_;
  std::string name_;
  unsigned prepared_on_ = 0;  ///< which connection knows name_
  std::vector<PostgresType> types_;
  PostgresResult description_;

  PostgresValues values_;
  Progress progress_ = Progress::ended;
  std::string cursor_;  ///< empty while none is open
  PostgresResult result_;
  int row_ = -1;
  mutable std::deque<std::string> decoded_;  ///< bytes of this row
};

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// A connection with its prepared statements, shared by the roles of one SqlCatalog.
class SqlSession {
 public:
  explicit SqlSession(std::unique_ptr<SqlConnection> connection) : connection_(std::move(connection)) {}

  SqlConnection& connection() { return *connection_; }

  /// Calls `visit` for each row until it returns false.
  template <typename Visit>
  void each(std::string_view sql, std::span<const SqlValue> values, Visit&& visit) {
    each(SqlConnection::Rows::few, sql, values, std::forward<Visit>(visit));
  }
  /// The same for results that can be larger than memory; `visit` must not change the catalog.
  template <typename Visit>
  void each_of_many(std::string_view sql, std::span<const SqlValue> values, Visit&& visit) {
    each(SqlConnection::Rows::many, sql, values, std::forward<Visit>(visit));
  }
  template <typename Visit>
  void each(SqlConnection::Rows rows, std::string_view sql, std::span<const SqlValue> values, Visit&& visit) {
    Running statement(*this, sql, rows);
    statement->start(values);
    while (statement->next())
      if (!visit(static_cast<const ResultRow&>(*statement))) return;
  }
  template <typename Visit>
  void each(std::string_view sql, std::initializer_list<SqlValue> values, Visit&& visit) {
    each(sql, std::span(values.begin(), values.size()), std::forward<Visit>(visit));
  }

  /// What `read` makes of the first row; empty where there is none.
  template <typename Read>
  auto first(std::string_view sql, std::initializer_list<SqlValue> values, Read&& read)
      -> std::optional<decltype(read(std::declval<const ResultRow&>()))> {
    Running statement(*this, sql);
    statement->start({values.begin(), values.size()});
    if (!statement->next()) return std::nullopt;
    return read(static_cast<const ResultRow&>(*statement));
  }

  /// See in_transaction().
  template <typename Body>
  void transaction(Body&& body) {
    in_transaction(*connection_, SqlConnection::Durability::power_cut, std::forward<Body>(body));
  }

  /// For statements without rows.
  void run(std::string_view sql, std::span<const SqlValue> values) {
    Running statement(*this, sql);
    statement->start(values);
    while (statement->next()) continue;
  }
  void run(std::string_view sql, std::initializer_list<SqlValue> values) {
    run(sql, std::span(values.begin(), values.size()));
  }

  /// Runs an INSERT … RETURNING key; the new key.
  std::int64_t insert(std::string_view sql, std::initializer_list<SqlValue> values) {
    return insert(sql, std::span(values.begin(), values.size()));
  }
  std::int64_t insert(std::string_view sql, std::span<const SqlValue> values) {
    Running statement(*this, sql);
    statement->start(values);
    std::int64_t key = 0;
    // To the end: only then the statement has done its work.
    while (statement->next()) key = statement->number(0);
    return key;
  }

 private:
  /// A statement taken out of the cache while it runs, so that a visitor may use the same SQL again.
  class Running {
   public:
    Running(SqlSession& session, std::string_view sql, SqlConnection::Rows rows = SqlConnection::Rows::few)
        : session_(session), sql_(sql), rows_(rows), statement_(session.take(sql, rows)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
      statement_->finish();
      if (rows_ == SqlConnection::Rows::few) session_.put_back(sql_, std::move(statement_));
    }
    SqlStatement* operator->() { return statement_.get(); }
    SqlStatement& operator*() { return *statement_; }

   private:
    SqlSession& session_;
    std::string_view sql_;
    SqlConnection::Rows rows_;
    std::unique_ptr<SqlStatement> statement_;
  };

  std::unique_ptr<SqlStatement> take(std::string_view sql, SqlConnection::Rows rows);
  void put_back(std::string_view sql, std::unique_ptr<SqlStatement> statement) noexcept;

  std::unique_ptr<SqlConnection> connection_;
  std::map<std::string, std::unique_ptr<SqlStatement>, std::less<>> cache_;
};

/// A moment as a value: its text, or NULL for none. The text must outlive the statement's run.
class MomentValue {
 public:
  explicit MomentValue(Moment moment) : text_(moment == Moment{} ? std::string() : to_text(moment)) {}
  operator SqlValue() const { return text_.empty() ? SqlValue{} : SqlValue{std::string_view(text_)}; }

 private:
  std::string text_;
};

inline SqlValue value_of(std::string_view text) { return text; }
inline SqlValue value_of(bool flag) { return std::int64_t{flag}; }
template <typename Tag, typename Number>
SqlValue value_of(Id<Tag, Number> id) {
  return static_cast<std::int64_t>(id.value);
}
template <std::integral T>
requires(!std::same_as<T, bool>) SqlValue value_of(T number) { return static_cast<std::int64_t>(number); }

/// Reads columns one after the other.
class ColumnReader {
 public:
  explicit ColumnReader(const ResultRow& row, std::size_t from = 0) : row_(row), next_(from) {}

  std::string text() { return std::string(row_.text(next_++)); }
  template <typename T>
  T number() {
    return static_cast<T>(row_.number(next_++));
  }
  bool flag() { return row_.number(next_++) != 0; }
  Moment moment() { return parse_moment(row_.text(next_++)).value_or(Moment{}); }
  template <typename T>
  T id() {
    return T(static_cast<decltype(T::value)>(row_.number(next_++)));
  }
  /// A letter of an enumeration; `none` where the column is empty.
  template <typename T>
  T letter(T none) {
    const std::string_view found = row_.text(next_++);
    return found.empty() ? none : static_cast<T>(found.front());
  }

 private:
  const ResultRow& row_;
  std::size_t next_;
};

/// "1,2,3"; "0" for an empty list, which matches nothing.
std::string id_list(std::span<const JobId> jobs);

/// A SELECT whose conditions come together one by one.
class SelectBuilder {
 public:
  explicit SelectBuilder(std::string start) : sql_(std::move(start)) {}
  /// The condition holds "?" for the value.
  void where(std::string_view condition, SqlValue value);
  void where(std::string_view condition);
  /// column IN (values), nothing for no values.
  void where_in(std::string_view column, std::span<const std::string> texts);
  void append(std::string_view tail) { sql_ += tail; }

  const std::string& sql() const { return sql_; }
  std::span<const SqlValue> values() const { return values_; }

 private:
  std::string sql_;
  std::vector<SqlValue> values_;
  bool has_condition_ = false;
};

}  // namespace holdfast::catalog

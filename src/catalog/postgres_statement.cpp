// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_statement.h"

#include <libpq-fe.h>

#include <charconv>

namespace holdfast::catalog {
namespace {

constexpr std::string_view fetched_at_a_time = "5000";

/// What \x0a1b… stands for.
std::string decode_bytes(const char* text) {
  std::size_t length = 0;
  unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &length);
  if (bytes == nullptr) throw Error(ErrorKind::io, "catalog: no memory for bytes of the catalog");
  std::string decoded(reinterpret_cast<const char*>(bytes), length);
  PQfreemem(bytes);
  return decoded;
}

}  // namespace

PostgresStatement::PostgresStatement(PostgresLink& link, std::string_view sql, SqlConnection::Rows rows)
    : link_(link),
      sql_(with_dollar_places(sql)),
      kind_(kind_of_statement(sql)),
      rows_(rows),
      name_(link.new_name('h')) {
  link_.alive(PostgresLink::Repeat::once, [&] { prepare(); });
}

PostgresStatement::~PostgresStatement() {
  finish();
  link_.forget(name_, prepared_on_);
}

void PostgresStatement::prepare() {
  link_.checked(PQprepare(link_.connection(), name_.c_str(), sql_.c_str(), 0, nullptr), sql_);
  description_ = link_.checked(PQdescribePrepared(link_.connection(), name_.c_str()), sql_);
  types_.clear();
  for (int i = 0; i < PQnparams(description_.get()); ++i)
    types_.push_back(PQparamtype(description_.get(), i));
  prepared_on_ = link_.times_connected();
}

void PostgresStatement::require_prepared() {
  if (prepared_on_ != link_.times_connected()) prepare();
}

void PostgresStatement::start(std::span<const SqlValue> values) {
  finish();
  values_.set(values, types_);
  progress_ = Progress::started;
}

bool PostgresStatement::next() {
  decoded_.clear();
  if (progress_ == Progress::ended) return false;
  if (progress_ == Progress::started) {
    progress_ = Progress::reading;
    is_through_cursor() ? open_cursor() : execute();
  }
  ++row_;
  if (row_ >= PQntuples(result_.get()) && !cursor_.empty()) fetch();
  if (row_ < PQntuples(result_.get())) return true;
  progress_ = Progress::ended;
  return false;
}

void PostgresStatement::execute() {
  if (kind_ != StatementKind::query) link_.require_no_reading();
  const auto repeat =
      kind_ == StatementKind::insert ? PostgresLink::Repeat::never : PostgresLink::Repeat::once;
  result_ = link_.alive(repeat, [&] {
    require_prepared();
    return link_.checked(PQexecPrepared(link_.connection(), name_.c_str(), values_.count(), values_.values(),
                                        values_.lengths(), values_.formats(), 0),
                         sql_);
  });
  row_ = -1;
}

void PostgresStatement::open_cursor() {
  link_.begin_reading();
  cursor_ = link_.new_name('c');
  const std::string declaration = "DECLARE " + cursor_ + " NO SCROLL CURSOR FOR " + sql_;
  link_.checked(PQexecParams(link_.connection(), declaration.c_str(), values_.count(), types_.data(),
                             values_.values(), values_.lengths(), values_.formats(), 0),
                sql_);
  fetch();
  row_ = -1;
}

void PostgresStatement::fetch() {
  result_.reset();  // before the next piece comes: memory holds one
  result_ = link_.run(fmt::format("FETCH {} FROM {}", fetched_at_a_time, cursor_));
  row_ = 0;
}

void PostgresStatement::finish() noexcept {
  result_.reset();
  row_ = -1;
  progress_ = Progress::ended;
  if (cursor_.empty()) return;
  if (link_.is_in_transaction() && PQtransactionStatus(link_.connection()) == PQTRANS_INTRANS)
    PostgresResult(PQexec(link_.connection(), ("CLOSE " + cursor_).c_str()));
  cursor_.clear();
  link_.end_reading();
}

std::size_t PostgresStatement::columns() const {
  return static_cast<std::size_t>(PQnfields(description_.get()));
}

std::string_view PostgresStatement::name(std::size_t column) const {
  return PQfname(description_.get(), static_cast<int>(column));
}

bool PostgresStatement::is_null(std::size_t column) const {
  return PQgetisnull(result_.get(), row_, static_cast<int>(column)) != 0;
}

std::string_view PostgresStatement::text(std::size_t column) const {
  const auto index = static_cast<int>(column);
  const char* value = PQgetvalue(result_.get(), row_, index);
  if (PQftype(result_.get(), index) == bytea_type && !is_null(column))
    return decoded_.emplace_back(decode_bytes(value));
  return {value, static_cast<std::size_t>(PQgetlength(result_.get(), row_, index))};
}

std::int64_t PostgresStatement::number(std::size_t column) const {
  const std::string_view value = text(column);
  if (value == "t") return 1;
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

}  // namespace holdfast::catalog

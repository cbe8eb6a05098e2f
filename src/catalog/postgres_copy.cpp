// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_copy.h"

#include <libpq-fe.h>

namespace holdfast::catalog {
namespace {

// Signature, flags, length of the extension: PostgreSQL manual, COPY, "Binary Format".
constexpr std::string_view header("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view trailer("\xff\xff", 2);
constexpr std::size_t sent_at_a_time = 64U << 10U;

/// In network order.
void append(std::string& to, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) to += static_cast<char>((number >> shift) & 0xff);
}

int width_of(PostgresType type) {
  switch (type) {
    case smallint_type: return 2;
    case integer_type: return 4;
    case bigint_type: return 8;
    default: throw Error(ErrorKind::internal, "catalog: a number for a column of type {}", type);
  }
}

}  // namespace

PostgresCopy::PostgresCopy(PostgresLink& link, std::string_view table, std::string_view columns)
    : link_(link), doing_(fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", table, columns)) {
  const PostgresResult none = link_.run(fmt::format("SELECT {} FROM {} LIMIT 0", columns, table));
  for (int i = 0; i < PQnfields(none.get()); ++i) types_.push_back(PQftype(none.get(), i));
  link_.run(doing_);
  is_open_ = true;
  buffer_ = header;
}

PostgresCopy::~PostgresCopy() {
  if (is_open_) end("given up");
}

void PostgresCopy::add(std::span<const SqlValue> row) {
  if (row.size() != types_.size())
    throw Error(ErrorKind::internal, "catalog: {} values: {}", row.size(), doing_);
  append(buffer_, row.size(), 2);
  for (std::size_t i = 0; i < row.size(); ++i) put(row[i], types_[i]);
  if (buffer_.size() >= sent_at_a_time) send();
}

void PostgresCopy::put(const SqlValue& value, PostgresType type) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    const int width = width_of(type);
    append(buffer_, static_cast<std::uint64_t>(width), 4);
    append(buffer_, static_cast<std::uint64_t>(*number), width);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    append(buffer_, text->size(), 4);
    buffer_ += *text;
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    append(buffer_, bytes->size(), 4);
    buffer_ += as_text(*bytes);
  } else {
    append(buffer_, 0xffffffff, 4);
  }
}

void PostgresCopy::send() {
  if (PQputCopyData(link_.connection(), buffer_.data(), static_cast<int>(buffer_.size())) != 1) {
    is_open_ = false;
    link_.fail(nullptr, doing_);
  }
  buffer_.clear();
}

void PostgresCopy::finish() {
  buffer_ += trailer;
  send();
  end(nullptr);
}

/// With a reason the server forgets what came, and says so in an error that nobody needs.
void PostgresCopy::end(const char* reason) {
  is_open_ = false;
  PQputCopyEnd(link_.connection(), reason);
  PostgresResult last;
  while (pg_result* result = PQgetResult(link_.connection()))
    if (!last || PQresultStatus(last.get()) == PGRES_COMMAND_OK)
      last.reset(result);
    else
      PQclear(result);
  if (reason == nullptr) link_.checked(last.release(), doing_);
}

}  // namespace holdfast::catalog

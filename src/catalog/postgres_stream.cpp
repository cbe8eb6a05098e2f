// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_stream.h"

#include <libpq-fe.h>

namespace holdfast::catalog {
namespace {

// PostgreSQL manual, COPY, "Binary Format".
constexpr std::size_t signature_length = 11;

std::int64_t number_of(std::string_view bytes) {
  if (bytes.empty()) return 0;
  // The sign of the first byte is that of the number.
  auto number = static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<signed char>(bytes[0])));
  for (const char byte : bytes.substr(1)) number = number << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

}  // namespace

void PostgresStream::FreeMessage::operator()(char* message) const { PQfreemem(message); }

PostgresStream::PostgresStream(PostgresLink& link, std::string_view sql)
    : link_(link),
      sql_(fmt::format(
          "SET LOCAL enable_sort TO off; SET LOCAL enable_bitmapscan TO off; COPY ({}) TO STDOUT (FORMAT "
          "binary)",
          sql)) {}

void PostgresStream::start(std::span<const SqlValue> values) {
  if (!values.empty()) throw Error(ErrorKind::internal, "catalog: values for a stream: {}", sql_);
  finish();
  link_.require_no_reading();
  link_.alive(PostgresLink::Repeat::once, [&] { return link_.run(sql_); });
  progress_ = Progress::started;
}

bool PostgresStream::receive() {
  message_.reset();
  char* bytes = nullptr;
  const int length = PQgetCopyData(link_.connection(), &bytes, 0);
  message_.reset(bytes);
  if (length > 0) {
    left_ = {bytes, static_cast<std::size_t>(length)};
    return true;
  }
  progress_ = Progress::ended;
  if (length == -2) link_.fail(nullptr, sql_);
  // What went wrong on the server comes after the last row.
  while (pg_result* result = PQgetResult(link_.connection())) link_.checked(result, sql_);
  return false;
}

bool PostgresStream::next() {
  fields_.clear();
  if (progress_ == Progress::ended || !receive()) return false;
  if (progress_ == Progress::started) {
    progress_ = Progress::reading;
    take(signature_length);
    take_number(4);  // flags
    take(static_cast<std::size_t>(take_number(4)));
    if (left_.empty() && !receive()) return false;
  }
  const std::int64_t count = take_number(2);
  // The end of the rows; behind it comes the end of the stream.
  if (count < 0) return next();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t length = take_number(4);
    fields_.push_back(length < 0 ? std::string_view() : take(static_cast<std::size_t>(length)));
  }
  return true;
}

std::string_view PostgresStream::take(std::size_t count) {
  if (count > left_.size())
    throw Error(ErrorKind::corrupt, "catalog: the server sent less than a row: {}", sql_.substr(0, 200));
  const std::string_view taken = left_.substr(0, count);
  left_.remove_prefix(count);
  return taken;
}

std::int64_t PostgresStream::take_number(std::size_t bytes) { return number_of(take(bytes)); }

void PostgresStream::finish() noexcept {
  fields_.clear();
  if (progress_ != Progress::ended && link_.connection() != nullptr) {
    // The server is not to find all that nobody wants.
    if (PGcancel* cancel = PQgetCancel(link_.connection())) {
      char why[256];
      PQcancel(cancel, why, sizeof why);
      PQfreeCancel(cancel);
    }
    for (char* bytes = nullptr; PQgetCopyData(link_.connection(), &bytes, 0) > 0;) PQfreemem(bytes);
    while (pg_result* result = PQgetResult(link_.connection())) PQclear(result);
  }
  progress_ = Progress::ended;
  message_.reset();
  left_ = {};
}

std::string_view PostgresStream::name(std::size_t) const {
  throw Error(ErrorKind::internal, "catalog: columns of a stream have no names");
}

std::int64_t PostgresStream::number(std::size_t column) const { return number_of(fields_.at(column)); }

}  // namespace holdfast::catalog

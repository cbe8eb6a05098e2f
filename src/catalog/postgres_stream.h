// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Very many rows from a PostgreSQL connection. Inside of this folder only.

#include <string>
#include <string_view>
#include <vector>

#include "catalog/postgres_link.h"

namespace holdfast::catalog {

/// A query whose rows come by COPY in its binary form: the server goes on while they are read, and numbers are not
/// written as text. Columns are numbers of any width, or text.
class PostgresStream final : public SqlStatement {
 public:
  PostgresStream(PostgresLink& link, std::string_view sql);
  PostgresStream(const PostgresStream&) = delete;
  PostgresStream& operator=(const PostgresStream&) = delete;
  ~PostgresStream() override { finish(); }

  void start(std::span<const SqlValue> values) override;
  bool next() override;
  void finish() noexcept override;
  bool changes_nothing() const override { return true; }

  std::size_t columns() const override { return fields_.size(); }
  std::string_view name(std::size_t column) const override;
  bool is_null(std::size_t column) const override { return fields_.at(column).data() == nullptr; }
  std::string_view text(std::size_t column) const override { return fields_.at(column); }
  std::int64_t number(std::size_t column) const override;

 private:
  enum class Progress { ended, started, reading };
  struct FreeMessage {
    void operator()(char* message) const;
  };

  /// The next piece of the stream into left_; false at its end.
  bool receive();
  /// Takes so many bytes off left_.
  std::string_view take(std::size_t count);
  std::int64_t take_number(std::size_t bytes);

  PostgresLink& link_;
  std::string sql_;
  Progress progress_ = Progress::ended;
  std::unique_ptr<char, FreeMessage> message_;
  std::string_view left_;  ///< what was not read of the message
  std::vector<std::string_view> fields_;
};

}  // namespace holdfast::catalog

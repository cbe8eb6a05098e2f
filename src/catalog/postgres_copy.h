// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// COPY … FROM STDIN in its binary form. Inside of this folder only.

#include "catalog/postgres_link.h"
#include "catalog/postgres_values.h"

namespace holdfast::catalog {

/// Columns may be numbers, text and bytes.
class PostgresCopy final : public BulkInsert {
 public:
  PostgresCopy(PostgresLink& link, std::string_view table, std::string_view columns);
  PostgresCopy(const PostgresCopy&) = delete;
  PostgresCopy& operator=(const PostgresCopy&) = delete;
  ~PostgresCopy() override;

  void add(std::span<const SqlValue> row) override;
  void finish() override;

 private:
  void put(const SqlValue& value, PostgresType type);
  void send();
  void end(const char* reason);

  PostgresLink& link_;
  std::string doing_;
  std::vector<PostgresType> types_;
  std::string buffer_;
  bool is_open_ = false;
};

}  // namespace holdfast::catalog

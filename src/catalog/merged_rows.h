// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Rows of many statements in one order. Inside of this folder only.

#include <memory>
#include <string_view>
#include <vector>

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// Merges statements whose rows come in the order of their first two columns, a number and a text.
class MergedRows {
 public:
  static constexpr std::size_t number_column = 0;
  static constexpr std::size_t text_column = 1;

  MergedRows() = default;
  MergedRows(const MergedRows&) = delete;
  MergedRows& operator=(const MergedRows&) = delete;
  ~MergedRows();

  /// Not after next().
  void add(std::unique_ptr<SqlStatement> statement);
  /// The next row of all, valid until the next call; null at the end.
  const ResultRow* next();

 private:
  struct Head {
    std::int64_t number = 0;
    std::string_view text;  ///< of the statement's row
    SqlStatement* statement = nullptr;
    bool operator<(const Head& other) const {
      return number != other.number ? number < other.number : text < other.text;
    }
  };

  /// False where the statement has ended.
  static bool advance(Head& head);
  void sink(std::size_t at);

  std::vector<std::unique_ptr<SqlStatement>> statements_;
  std::vector<Head> heads_;  ///< a heap: none comes before the one at (its place - 1) / 2
  bool is_begun_ = false;
};

}  // namespace holdfast::catalog

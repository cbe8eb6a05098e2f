// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "director/console/table.h"

namespace holdfast::director::console {

/// A column of a listing: its name, where it comes from, and how it is shown.
struct ListedColumn {
  std::string_view name;
  std::string_view sql;
  Column::Kind kind = Column::Kind::text;
};

/// A SELECT in the making; values that users typed never become part of its text.
class Query {
 public:
  Query(std::span<const ListedColumn> columns, std::string_view from);

  /// Adds a condition; each '?' in it stands for the next of the values.
  void where(std::string_view condition) { conditions_.emplace_back(condition); }
  void where(std::string_view condition, std::string_view value);
  void where(std::string_view condition, std::int64_t value);
  /// `expression IN (values)`; no values, no row.
  void where_in(std::string_view expression, const std::vector<std::string>& values);
  /// What follows the conditions: GROUP BY, ORDER BY, LIMIT.
  void then(std::string_view clause) { tail_ += " " + std::string(clause); }

  /// "FROM … WHERE …", for counting with the same conditions.
  std::string from_and_where() const;
  std::string text() const;
  Table run(catalog::Catalog& catalog) const;
  /// Another SELECT with the values of this one.
  Table run(catalog::Catalog& catalog, const std::string& sql, std::span<const ListedColumn> columns) const;
  /// Row by row, for listings that may be long.
  void stream(catalog::Catalog& catalog, const catalog::QueryCatalog::Visitor& visit) const;

 private:
  std::string next_place() { return "?" + std::to_string(values_.size()); }
  std::vector<catalog::SqlValue> values() const;

  std::span<const ListedColumn> columns_;
  std::string from_;
  std::vector<std::string> conditions_;
  std::string tail_;
  std::deque<std::variant<std::string, std::int64_t>> values_;
};

}  // namespace holdfast::director::console

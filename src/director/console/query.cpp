// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/query.h"

#include <fmt/core.h>

#include "base/text.h"

namespace holdfast::director::console {

Query::Query(std::span<const ListedColumn> columns, std::string_view from) : columns_(columns), from_(from) {}

void Query::where(std::string_view condition, std::string_view value) {
  values_.emplace_back(std::string(value));
  conditions_.push_back(replace_all(std::string(condition), "?", next_place()));
}

void Query::where(std::string_view condition, std::int64_t value) {
  values_.emplace_back(value);
  conditions_.push_back(replace_all(std::string(condition), "?", next_place()));
}

void Query::where_in(std::string_view expression, const std::vector<std::string>& values) {
  std::string places;
  for (const auto& value : values) {
    values_.emplace_back(value);
    places += (places.empty() ? "" : ", ") + next_place();
  }
  conditions_.push_back(places.empty() ? "1 = 0" : fmt::format("{} IN ({})", expression, places));
}

std::string Query::from_and_where() const {
  std::string sql = "FROM " + from_;
  for (std::size_t i = 0; i < conditions_.size(); ++i)
    sql += (i == 0 ? " WHERE " : " AND ") + ("(" + conditions_[i] + ")");
  return sql;
}

std::string Query::text() const {
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < columns_.size(); ++i)
    sql += fmt::format("{}{} AS {}", i == 0 ? "" : ", ", columns_[i].sql, columns_[i].name);
  return sql + " " + from_and_where() + tail_;
}

std::vector<catalog::SqlValue> Query::values() const {
  std::vector<catalog::SqlValue> bound;
  for (const auto& value : values_) {
    if (const auto* text = std::get_if<std::string>(&value))
      bound.emplace_back(std::string_view(*text));
    else
      bound.emplace_back(std::get<std::int64_t>(value));
  }
  return bound;
}

Table Query::run(catalog::Catalog& catalog) const { return run(catalog, text(), columns_); }

Table Query::run(catalog::Catalog& catalog, const std::string& sql,
                 std::span<const ListedColumn> columns) const {
  Table table;
  for (const ListedColumn& column : columns) table.columns.push_back({std::string(column.name), column.kind});
  catalog.queries().query(sql, values(), [&](const catalog::ResultRow& row) {
    Row cells;
    for (std::size_t i = 0; i < row.columns(); ++i)
      cells.push_back(row.is_null(i) ? std::nullopt : std::optional(std::string(row.text(i))));
    table.rows.push_back(std::move(cells));
    return true;
  });
  return table;
}

void Query::stream(catalog::Catalog& catalog, const catalog::QueryCatalog::Visitor& visit) const {
  catalog.queries().query(text(), values(), visit);
}

}  // namespace holdfast::director::console

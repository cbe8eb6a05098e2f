// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/sql.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"

namespace holdfast::director::console {
namespace {

/// Databases do not tell the type of every column; what looks like numbers everywhere is shown as such.
bool looks_like_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto dot = text.find('.');
  const auto is_digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const bool leading_zero = text.size() > 1 && text[0] == '0' && dot != 1;
  if (dot == std::string_view::npos) return is_digits(text) && !leading_zero;
  return is_digits(text.substr(0, dot)) && is_digits(text.substr(dot + 1)) && !leading_zero;
}

Column::Kind kind_of(const Table& table, std::size_t column) {
  bool some = false;
  for (const Row& row : table.rows) {
    if (!row[column]) continue;
    some = true;
    if (!looks_like_number(*row[column])) return Column::Kind::text;
  }
  return some ? Column::Kind::number : Column::Kind::text;
}

}  // namespace

Table run_sql(catalog::Catalog& catalog, std::string_view sql) {
  Table table;
  catalog.queries().query(
      sql, {},
      [&](const catalog::ResultRow& row) {
        Row cells;
        for (std::size_t i = 0; i < row.columns(); ++i)
          cells.push_back(row.is_null(i) ? std::nullopt : std::optional(std::string(row.text(i))));
        table.rows.push_back(std::move(cells));
        return true;
      },
      [&](const catalog::ResultRow& row) {
        for (std::size_t i = 0; i < row.columns(); ++i)
          table.columns.push_back({to_lower(row.name(i)), Column::Kind::text});
      });
  for (std::size_t i = 0; i < table.columns.size(); ++i) table.columns[i].kind = kind_of(table, i);
  return table;
}

namespace handle {

Outcome dot_sql(Command& command) {
  const auto sql = command.line.value("query");
  if (!sql) {
    command.out.error("query keyword not found.\n");
    return Outcome::failed;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  try {
    const Table table = run_sql(*catalog, *sql);
    if (command.out.api() == Api::plain) {
      for (const Row& row : table.rows) {
        if (row.empty() || !row[0]) continue;
        std::string line;
        for (const auto& value : row) line += value.value_or("") + "\t";
        command.out.table_packet(line);
      }
      return Outcome::ok;
    }
    const auto array = command.out.array("query");
    render(command.out, table, TableStyle::horizontal);
    return Outcome::ok;
  } catch (const Error& error) {
    command.out.error(fmt::format("Query failed: {}. ERR={}\n", command.line.text(), error.message()));
    return Outcome::failed;
  }
}

}  // namespace handle
}  // namespace holdfast::director::console

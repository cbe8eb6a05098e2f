// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/memory_copy.h"

#include <array>
#include <vector>

#include "catalog/own_tables.h"
#include "catalog/schema.h"
#include "catalog/sql_catalog.h"
#include "catalog/sqlite.h"

namespace holdfast::catalog {
namespace {

constexpr std::array tables{"Client", "FileSet", "Pool",     "Storage", "MediaType",
                            "Job",    "Media",   "JobMedia", "Counters"};

/// INSERT INTO table (a, b) VALUES (?1, ?2), for the columns of a row.
std::string insertion(std::string_view table, const ResultRow& row) {
  std::string names, places;
  for (std::size_t i = 0; i < row.columns(); ++i) {
    names += fmt::format("{}{}", i == 0 ? "" : ", ", row.name(i));
    places += fmt::format("{}?{}", i == 0 ? "" : ", ", i + 1);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, places);
}

void copy_table(std::string_view table, Catalog& original, SqlConnection& copy) {
  copy.execute(fmt::format("DELETE FROM {}", table));
  std::unique_ptr<SqlStatement> insert;
  std::vector<SqlValue> values;
  original.queries().query(fmt::format("SELECT * FROM {}", table), {}, [&](const ResultRow& row) {
    if (!insert) insert = copy.prepare(insertion(table, row));
    values.clear();
    for (std::size_t i = 0; i < row.columns(); ++i)
      values.push_back(row.is_null(i) ? SqlValue() : SqlValue(row.text(i)));
    insert->start(values);
    while (insert->next()) continue;
    insert->finish();
    return true;
  });
}

}  // namespace

std::unique_ptr<Catalog> copy_without_files(Catalog& original) {
  auto connection = connect_sqlite(":memory:");
  require_schema(*connection, "the copy in memory");
  require_own_tables(*connection);
  {
    Transaction transaction(*connection, SqlConnection::Durability::process_death);
    for (const char* table : tables) copy_table(table, original, *connection);
    transaction.commit();
  }
  return make_sql_catalog(std::move(connection));
}

}  // namespace holdfast::catalog

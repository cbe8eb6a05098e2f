// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/golden_rows.h"

#include <fmt/format.h>

#include "base/error.h"
#include "catalog/sql_session.h"
#include "testing/base/golden.h"

namespace holdfast::catalog {
namespace {

using Record = std::vector<std::optional<std::string>>;

/// The records of a CSV file as PostgreSQL writes it: quoted fields may hold commas, quotes and newlines; an empty one
/// without quotes is NULL.
std::vector<Record> read_csv(const std::filesystem::path& file) {
  std::vector<Record> records(1);
  std::optional<std::string> field;
  bool is_quoted = false;
  const std::string text = testing_support::read_file(file);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      const bool is_doubled = is_quoted && i + 1 < text.size() && text[i + 1] == '"';
      if (is_doubled) *field += text[++i];
      if (!is_doubled) is_quoted = !is_quoted;
      if (!field) field.emplace();
    } else if (!is_quoted && (c == ',' || c == '\n')) {
      records.back().push_back(std::exchange(field, std::nullopt));
      if (c == '\n') records.emplace_back();
    } else {
      if (!field) field.emplace();
      *field += c;
    }
  }
  records.pop_back();
  return records;
}

void execute(Catalog& catalog, const std::string& sql, std::span<const SqlValue> values = {}) {
  catalog.queries().query(sql, values, [](const ResultRow&) { return true; });
}

void insert(Catalog& catalog, const GoldenTable& table) {
  std::string places;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) places += fmt::format("{}?{}", i > 1 ? "," : "", i);
  const std::string sql =
      fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, fmt::join(table.columns, ","), places);
  for (const auto& row : table.rows) {
    std::vector<SqlValue> values;
    for (const auto& field : row) values.push_back(field ? value_of(*field) : SqlValue{});
    execute(catalog, sql, values);
  }
}

/// SQLite goes on behind the highest key by itself, PostgreSQL where the peer's sequence stood.
void advance_keys(Catalog& catalog, const GoldenTable& table) {
  bool has_sequences = true;
  try {
    execute(catalog, "SELECT pg_get_serial_sequence('job', 'jobid')");
  } catch (const Error&) {
    has_sequences = false;
  }
  if (!has_sequences || table.columns[0] == "jobstatus" || table.name == "version" ||
      table.name.starts_with("pathvis") || table.name.starts_with("pathhier"))
    return;
  for (const std::string& column : table.columns)
    if (column == table.name + "id")
      execute(catalog,
              fmt::format("SELECT setval('{0}_{1}_seq', (SELECT MAX({1}) FROM {0}))", table.name, column));
}

}  // namespace

std::vector<GoldenTable> golden_tables(const std::filesystem::path& folder) {
  std::vector<GoldenTable> tables;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    auto records = read_csv(entry.path());
    GoldenTable& table = tables.emplace_back();
    table.name = entry.path().stem();
    for (const auto& name : records.at(0)) table.columns.push_back(name.value_or(""));
    table.rows.assign(records.begin() + 1, records.end());
  }
  return tables;
}

void fill_with_golden_rows(Catalog& catalog, const std::filesystem::path& folder) {
  for (const char* seeded : {"Status", "Version"}) execute(catalog, std::string("DELETE FROM ") + seeded);
  for (const GoldenTable& table : golden_tables(folder)) {
    insert(catalog, table);
    advance_keys(catalog, table);
  }
}

}  // namespace holdfast::catalog

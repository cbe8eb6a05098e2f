// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/schema.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.h"
#include "base/text.h"
#include "catalog/sqlite.h"
#include "testing/base/golden.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::catalog {
namespace {

/// The lines of the machine-readable schema that describe columns, brought into the words of SQLite.
struct Column {
  std::string table, name, type, fallback;
  bool is_nullable = true;
  auto operator<=>(const Column&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Column& column) {
  return out << column.table << '.' << column.name << ' ' << column.type << " default " << column.fallback
             << (column.is_nullable ? "" : " not null");
}

/// The text between the quotes behind "key": in a line such as {"name": "jobid", "type": "integer", …}.
std::string field(std::string_view line, std::string_view key) {
  const std::string start = "\"" + std::string(key) + "\": ";
  auto from = line.find(start);
  if (from == std::string_view::npos) return "";
  from += start.size();
  if (line[from] == '"') return std::string(line.substr(from + 1, line.find('"', from + 1) - from - 1));
  return std::string(line.substr(from, line.find_first_of(",}", from) - from));
}

std::string type_of(std::string type) { return type == "bytea" ? "blob" : type; }

std::vector<Column> documented_columns(const std::filesystem::path& file) {
  std::vector<Column> columns;
  std::string table, line;
  for (std::ifstream in(file); std::getline(in, line);) {
    const std::string_view text = trim(line);
    if (line.starts_with("  \"") && text.ends_with("\": {")) table = text.substr(1, text.size() - 5);
    if (!text.starts_with("{\"name\"") || text.find("\"nullable\"") == std::string_view::npos) continue;
    Column column{table, field(text, "name"), type_of(field(text, "type")), field(text, "default"),
                  field(text, "nullable") == "true"};
    if (column.fallback == "sequence") {
      column.fallback = "";
      column.type = "integer";  // SQLite numbers rows itself only for this type
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::vector<std::string> texts(QueryCatalog& queries, std::string_view sql) {
  std::vector<std::string> found;
  queries.query(sql, {}, [&](const ResultRow& row) {
    std::string text;
    for (std::size_t i = 0; i < row.columns(); ++i) text += (i > 0 ? "|" : "") + std::string(row.text(i));
    found.push_back(text);
    return true;
  });
  return found;
}

std::vector<Column> created_columns(QueryCatalog& queries) {
  std::vector<Column> columns;
  queries.query(
      "SELECT T.name, C.name, lower(C.type), COALESCE(C.dflt_value, ''), C.\"notnull\" FROM sqlite_schema T "
      "JOIN pragma_table_info(T.name) C WHERE T.type = 'table' AND T.name NOT LIKE 'sqlite_%'",
      {}, [&](const ResultRow& row) {
        std::string fallback(row.text(3));
        if (fallback == "''") fallback = "";
        columns.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                           fallback, row.number(4) == 0});
        return true;
      });
  return columns;
}

std::optional<std::filesystem::path> schema_file() {
  const auto folder = testing_support::golden("");
  if (!folder) return std::nullopt;
  auto file = folder->parent_path().parent_path() / "interop" / "catalog-schema.json";
  if (!exists(file)) file = folder->parent_path() / "interop" / "catalog-schema.json";
  if (!exists(file)) return std::nullopt;
  return file;
}

TEST(Schema, HasEveryColumnWithItsTypeAndDefaultAsDocumented) {
  const auto file = schema_file();
  if (!file) GTEST_SKIP() << "no catalog-schema.json";
  auto documented = documented_columns(*file);
  ASSERT_GT(documented.size(), 200U);
  EXPECT_THAT(created_columns(memory_catalog()->queries()), ::testing::UnorderedElementsAreArray(documented));
}

TEST(Schema, HasEveryIndexAsDocumented) {
  const auto file = schema_file();
  if (!file) GTEST_SKIP() << "no catalog-schema.json";
  std::vector<std::string> documented;
  std::string line;
  for (std::ifstream in(*file); std::getline(in, line);) {
    if (line.find("\"primary\": false") == std::string::npos) continue;
    const auto from = line.find("\"columns\": [") + 12;
    std::string columns = line.substr(from, line.find(']') - from);
    columns = replace_all(replace_all(columns, "\"", ""), " ", "");
    documented.push_back(field(line, "name") + "|" + (field(line, "unique") == "true" ? "1" : "0") + "|" +
                         (field(line, "where").empty() ? "0" : "1") + "|" + columns);
  }
  EXPECT_THAT(texts(memory_catalog()->queries(),
                    "SELECT I.name, I.\"unique\", I.partial, (SELECT group_concat(C.name) FROM "
                    "pragma_index_info(I.name) C) FROM sqlite_schema T JOIN pragma_index_list(T.name) I "
                    "WHERE T.type = 'table' AND I.origin = 'c'"),
              ::testing::UnorderedElementsAreArray(documented));
}

TEST(Schema, IsOfVersion2250AndKnowsTheTwentySixStatuses) {
  const auto connection = connect_sqlite(":memory:");
  require_schema(*connection, "test");
  EXPECT_EQ(schema_version_of(*connection), 2250);
  EXPECT_THAT(texts(memory_catalog()->queries(), "SELECT COUNT(*), SUM(Severity) FROM Status"),
              ::testing::ElementsAre("26|565"));
}

TEST(Schema, RefusesAStatusThatNoVolumeCanHave) {
  const auto catalog = memory_catalog();
  VolumeRow row;
  row.name = "V";
  row.media_type = "File";
  row.status = "Nonsense";
  EXPECT_THROW(catalog->volumes().create(row), Error);
}

/// The records of a CSV file as PostgreSQL writes it: quoted fields may hold commas, quotes and newlines.
std::vector<std::vector<std::string>> read_csv(const std::filesystem::path& file) {
  std::vector<std::vector<std::string>> records(1);
  std::string field;
  bool is_quoted = false;
  const std::string text = testing_support::read_file(file);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_quoted) {
      if (c != '"')
        field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        field += text[++i];
      else
        is_quoted = false;
    } else if (c == '"') {
      is_quoted = true;
    } else if (c == ',' || c == '\n') {
      records.back().push_back(std::exchange(field, ""));
      if (c == '\n') records.emplace_back();
    } else {
      field += c;
    }
  }
  records.pop_back();
  return records;
}

TEST(Schema, TakesEveryRowOfTheRecordedCatalogAndGivesItBackTheSame) {
  const auto folder = testing_support::golden("catalog");
  if (!folder) GTEST_SKIP() << "no golden recordings";
  const auto catalog = memory_catalog();
  for (const char* seeded : {"Status", "Version"})
    catalog->queries().query(std::string("DELETE FROM ") + seeded, {}, [](const ResultRow&) { return true; });
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string table = entry.path().stem();
    auto records = read_csv(entry.path());
    ASSERT_GT(records.size(), 1U) << table;
    std::string names, places;
    for (std::size_t i = 0; i < records[0].size(); ++i) {
      names += (i > 0 ? "," : "") + records[0][i];
      places += (i > 0 ? ",?" : "?") + std::to_string(i + 1);
    }
    records.erase(records.begin());
    for (const auto& record : records) {
      const std::vector<SqlValue> values(record.begin(), record.end());
      catalog->queries().query(fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, places), values,
                               [](const ResultRow&) { return true; });
    }
    std::vector<std::vector<std::string>> found;
    catalog->queries().query(fmt::format("SELECT {} FROM {} ORDER BY rowid", names, table), {},
                             [&](const ResultRow& row) {
                               found.emplace_back();
                               for (std::size_t i = 0; i < row.columns(); ++i)
                                 found.back().emplace_back(row.text(i));
                               return true;
                             });
    EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(records)) << table;
  }
}

TEST(Schema, TheRolesReadTheRecordedJobs) {
  const auto folder = testing_support::golden("catalog");
  if (!folder) GTEST_SKIP() << "no golden recordings";
  const auto catalog = memory_catalog();
  const auto records = read_csv(*folder / "job.csv");
  std::string names, places;
  for (std::size_t i = 0; i < records[0].size(); ++i) {
    names += (i > 0 ? "," : "") + records[0][i];
    places += (i > 0 ? ",?" : "?") + std::to_string(i + 1);
  }
  for (std::size_t i = 1; i < records.size(); ++i) {
    const std::vector<SqlValue> values(records[i].begin(), records[i].end());
    catalog->queries().query(fmt::format("INSERT INTO Job ({}) VALUES ({})", names, places), values,
                             [](const ResultRow&) { return true; });
  }
  const auto first = catalog->jobs().find(JobId(1));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->job, "mini.2026-11-22_21.51.04_03");
  EXPECT_EQ(first->bytes, 404035U);
  EXPECT_EQ(first->session, (VolumeSession{1, 1795384262}));
  const auto last_full = catalog->jobs().list({.name = "mini",
                                               .types = {JobType::backup},
                                               .levels = {JobLevel::full},
                                               .statuses = {JobStatus::terminated},
                                               .order = JobFilter::Order::newest_start_first,
                                               .limit = 1});
  ASSERT_THAT(last_full, ::testing::SizeIs(1));
  EXPECT_EQ(last_full[0].id, JobId(15));
}

}  // namespace
}  // namespace holdfast::catalog

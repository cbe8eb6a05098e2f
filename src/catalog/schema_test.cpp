// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/schema.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "catalog/sqlite.h"
#include "testing/catalog/documented_schema.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::catalog {
namespace {

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

std::vector<DocumentedColumn> created_columns(QueryCatalog& queries) {
  std::vector<DocumentedColumn> columns;
  queries.query(
      "SELECT T.name, C.name, lower(C.type), COALESCE(C.dflt_value, ''), C.\"notnull\" FROM sqlite_schema T "
      "JOIN pragma_table_info(T.name) C WHERE T.type = 'table' AND T.name NOT LIKE 'sqlite_%' "
      "AND T.name NOT LIKE 'Holdfast%'",
      {}, [&](const ResultRow& row) {
        std::string fallback(row.text(3));
        if (fallback == "''") fallback = "";
        columns.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                           fallback, row.number(4) == 0, ""});
        return true;
      });
  return columns;
}

/// In the words of SQLite.
DocumentedColumn in_sqlite(DocumentedColumn column) {
  if (column.type == "bytea") column.type = "blob";
  // SQLite numbers rows itself only for this type.
  if (!column.sequence.empty()) column.type = "integer";
  if (column.fallback == "sequence") column.fallback = "";
  column.sequence = "";
  return column;
}

TEST(Schema, HasEveryColumnWithItsTypeAndDefaultAsDocumented) {
  const auto documented = documented_schema();
  if (!documented) GTEST_SKIP() << "no catalog-schema.json";
  std::vector<DocumentedColumn> columns;
  for (const auto& column : documented->columns) columns.push_back(in_sqlite(column));
  ASSERT_GT(columns.size(), 200U);
  EXPECT_THAT(created_columns(memory_catalog()->queries()), ::testing::UnorderedElementsAreArray(columns));
}

TEST(Schema, HasEveryIndexAsDocumented) {
  const auto documented = documented_schema();
  if (!documented) GTEST_SKIP() << "no catalog-schema.json";
  EXPECT_THAT(texts(memory_catalog()->queries(),
                    "SELECT I.name, I.\"unique\", I.partial, (SELECT group_concat(C.name) FROM "
                    "pragma_index_info(I.name) C) FROM sqlite_schema T JOIN pragma_index_list(T.name) I "
                    "WHERE T.type = 'table' AND I.origin = 'c'"),
              ::testing::UnorderedElementsAreArray(documented->indexes));
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

}  // namespace
}  // namespace holdfast::catalog

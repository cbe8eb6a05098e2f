// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/text.h"
#include "catalog/sql_catalog.h"
#include "testing/catalog/documented_schema.h"
#include "testing/catalog/postgres_server.h"

namespace holdfast::catalog {
namespace {

/// A database that was empty and got its schema from us.
class PostgresSchema : public ::testing::Test {
 protected:
  void SetUp() override {
    PostgresServer* server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    documented_ = documented_schema();
    if (!documented_) GTEST_SKIP() << "no catalog-schema.json";
    catalog_ = open_postgres_catalog(server->address(server->new_database()));
  }

  std::vector<std::string> rows(std::string_view sql) {
    std::vector<std::string> found;
    catalog_->queries().query(sql, {}, [&](const ResultRow& row) {
      std::string text;
      for (std::size_t i = 0; i < row.columns(); ++i) text += (i > 0 ? "|" : "") + std::string(row.text(i));
      found.push_back(text);
      return true;
    });
    return found;
  }

  std::optional<DocumentedSchema> documented_;
  std::unique_ptr<Catalog> catalog_;
};

/// In the words of PostgreSQL.
DocumentedColumn in_postgres(DocumentedColumn column) {
  column.type = replace_all(column.type, "char(1)", "character(1)");
  column.type = replace_all(column.type, "numeric(20)", "numeric(20,0)");
  if (column.type == "timestamp") column.type = "timestamp without time zone";
  if (column.fallback == "sequence") column.fallback = "";
  return column;
}

TEST_F(PostgresSchema, HasEveryColumnWithItsTypeDefaultAndSequenceAsDocumented) {
  std::vector<DocumentedColumn> documented, created;
  for (const auto& column : documented_->columns) documented.push_back(in_postgres(column));
  catalog_->queries().query(
      "SELECT T.relname, A.attname, format_type(A.atttypid, A.atttypmod), COALESCE(pg_get_expr(D.adbin, "
      "D.adrelid), ''), A.attnotnull, COALESCE(pg_get_serial_sequence(T.relname, A.attname), '') FROM "
      "pg_class T "
      "JOIN pg_attribute A ON A.attrelid = T.oid AND A.attnum > 0 LEFT JOIN pg_attrdef D ON D.adrelid = "
      "T.oid AND "
      "D.adnum = A.attnum WHERE T.relkind = 'r' AND T.relnamespace = 'public'::regnamespace AND T.relname "
      "NOT LIKE "
      "'holdfast%'",
      {}, [&](const ResultRow& row) {
        DocumentedColumn column{
            std::string(row.text(0)), std::string(row.text(1)),
            std::string(row.text(2)), std::string(row.text(3)),
            row.number(4) == 0,       replace_all(std::string(row.text(5)), "public.", "")};
        if (column.fallback.starts_with("nextval(") || column.fallback == "''::text") column.fallback = "";
        created.push_back(column);
        return true;
      });
  EXPECT_THAT(created, ::testing::UnorderedElementsAreArray(documented));
}

TEST_F(PostgresSchema, HasEveryIndexKeyAndCheckAsDocumented) {
  static constexpr std::string_view indexes =
      "SELECT C.relname, I.indisunique::int, (I.indpred IS NOT NULL)::int, (SELECT string_agg(A.attname, ',' "
      "ORDER BY "
      "K.place) FROM unnest(I.indkey::int[]) WITH ORDINALITY K(number, place) JOIN pg_attribute A ON "
      "A.attrelid = "
      "I.indrelid AND A.attnum = K.number) FROM pg_index I JOIN pg_class C ON C.oid = I.indexrelid WHERE "
      "C.relnamespace = 'public'::regnamespace AND NOT I.indisprimary AND C.relname NOT LIKE 'holdfast%'";
  EXPECT_THAT(rows(indexes), ::testing::UnorderedElementsAreArray(documented_->indexes));
  static constexpr std::string_view keys =
      "SELECT N.conname, N.conrelid::regclass, (SELECT string_agg(A.attname, ',' ORDER BY K.place) FROM "
      "unnest(N.conkey::int[]) WITH ORDINALITY K(number, place) JOIN pg_attribute A ON A.attrelid = "
      "N.conrelid AND "
      "A.attnum = K.number) FROM pg_constraint N WHERE N.contype = 'p' AND N.connamespace = "
      "'public'::regnamespace AND "
      "N.conname NOT LIKE 'holdfast%'";
  EXPECT_THAT(rows(keys), ::testing::UnorderedElementsAreArray(documented_->primary_keys));
  static constexpr std::string_view checks =
      "SELECT N.conname, N.conrelid::regclass, (SELECT string_agg(M[1], ',') FROM regexp_matches("
      "pg_get_constraintdef(N.oid), '''([^'']*)''', 'g') M) FROM pg_constraint N WHERE N.contype = 'c' AND "
      "N.connamespace = 'public'::regnamespace";
  EXPECT_THAT(rows(checks), ::testing::UnorderedElementsAreArray(documented_->checks));
}

TEST_F(PostgresSchema, HasTheSeededRowsAndTheStatisticsTarget) {
  EXPECT_THAT(rows("SELECT COUNT(*), SUM(Severity) FROM Status"), ::testing::ElementsAre("26|565"));
  EXPECT_THAT(rows("SELECT VersionId FROM Version"), ::testing::ElementsAre("2250"));
  EXPECT_THAT(
      rows("SELECT attstattarget FROM pg_attribute WHERE attrelid = 'path'::regclass AND attname = 'path'"),
      ::testing::ElementsAre("1000"));
}

TEST_F(PostgresSchema, DecodesPackedAttributesForReports) {
  EXPECT_THAT(
      rows("SELECT proname, pg_get_function_identity_arguments(oid), provolatile, proparallel FROM pg_proc "
           "WHERE pronamespace = 'public'::regnamespace ORDER BY proname"),
      ::testing::ElementsAre("bareos_frombase64|field text|i|s", "decode_lstat|lst text, params text[]|i|s"));
  EXPECT_THAT(
      rows("SELECT * FROM decode_lstat('P0A gAB IGk B Po Po A BOI BAA Q BofKhA BobWYA BobWYB A A C')"),
      ::testing::ElementsAre(
          "64768|131073|33188|1|1000|1000|0|5000|4096|16|1753000000|1752000000|1752000001|0|0|2"));
  EXPECT_THAT(rows("SELECT st_size, st_mode, linkfi FROM decode_lstat('P0A gAB IGk B Po Po A -B', "
                   "ARRAY['st_size', 'linkfi'])"),
              ::testing::ElementsAre("-1||0"));
}

}  // namespace
}  // namespace holdfast::catalog

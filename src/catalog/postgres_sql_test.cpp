// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/postgres_sql.h"

#include <gmock/gmock.h>

#include "catalog/postgres_values.h"

namespace holdfast::catalog {
namespace {

TEST(PostgresSql, PlacesGetADollar) {
  EXPECT_EQ(with_dollar_places("SELECT ?1, ?12 WHERE a=?1"), "SELECT $1, $12 WHERE a=$1");
}

TEST(PostgresSql, QuestionMarksThatAreNoPlacesStay) {
  EXPECT_EQ(with_dollar_places("SELECT '?1', \"a?1\", a ? b -- ?1\n, ?1 /* ?2 */"),
            "SELECT '?1', \"a?1\", a ? b -- ?1\n, $1 /* ?2 */");
  EXPECT_EQ(with_dollar_places("SELECT 'it''s ?1' || ?1"), "SELECT 'it''s ?1' || $1");
}

TEST(PostgresSql, WhatIsNeverClosedReachesToTheEnd) {
  for (const char* sql : {"SELECT '?1", "SELECT \"?1", "SELECT /* ?1", "SELECT -- ?1", "?", ""})
    EXPECT_EQ(with_dollar_places(sql), sql);
}

TEST(PostgresSql, KnowsWhatReadsOnly) {
  for (const char* sql :
       {"SELECT 1", " select 1", "(SELECT 1)", "-- c\nSELECT 1", "/* c */VALUES (1)", "TABLE job"})
    EXPECT_EQ(kind_of_statement(sql), StatementKind::query) << sql;
  for (const char* sql : {"INSERT INTO a VALUES (1)", "\tinsert into a select 1"})
    EXPECT_EQ(kind_of_statement(sql), StatementKind::insert) << sql;
  for (const char* sql :
       {"UPDATE a SET b = 1", "WITH a AS (DELETE FROM b RETURNING c) SELECT c FROM a", "", "selection"})
    EXPECT_EQ(kind_of_statement(sql), StatementKind::other) << sql;
}

TEST(PostgresSql, QuotesTextsAndNames) {
  EXPECT_EQ(quoted_text("it's"), "'it''s'");
  EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
}

TEST(PostgresValues, UnsignedNumbersWrapAroundAsThePeerKeepsThem) {
  EXPECT_EQ(as_kept(4'294'967'295, integer_type), -1);
  EXPECT_EQ(as_kept(2'147'483'648, integer_type), -2'147'483'648);
  EXPECT_EQ(as_kept(65'535, smallint_type), -1);
  EXPECT_EQ(as_kept(4'294'967'295, bigint_type), 4'294'967'295);
}

}  // namespace
}  // namespace holdfast::catalog

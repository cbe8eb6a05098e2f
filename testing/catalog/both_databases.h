// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include "testing/catalog/temporary_catalog.h"

namespace holdfast::catalog {

/// A test that runs on either database; where there is no PostgreSQL it is skipped there:
///   class Copies : public catalog::OnBothDatabases {};
///   TEST_P(Copies, AreMade) { Lab lab("", GetParam()); ... }
///   INSTANTIATE_TEST_SUITE_P(Databases, Copies, catalog::both_databases(), catalog::name_of_database);
class OnBothDatabases : public ::testing::TestWithParam<TemporaryCatalog::Database> {
 protected:
  void SetUp() override {
    if (!TemporaryCatalog::is_available(GetParam())) GTEST_SKIP() << "PostgreSQL is not installed";
  }
};

inline auto both_databases() {
  return ::testing::Values(TemporaryCatalog::Database::sqlite, TemporaryCatalog::Database::postgresql);
}
inline std::string name_of_database(const ::testing::TestParamInfo<TemporaryCatalog::Database>& parameter) {
  return parameter.param == TemporaryCatalog::Database::sqlite ? "Sqlite" : "Postgres";
}

}  // namespace holdfast::catalog

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
inline std::string text_of(TemporaryCatalog::Database database) {
  return database == TemporaryCatalog::Database::sqlite ? "Sqlite" : "Postgres";
}
inline std::string name_of_database(const ::testing::TestParamInfo<TemporaryCatalog::Database>& parameter) {
  return text_of(parameter.param);
}

/// The same for a test that has cases of its own:
///   struct Session { const char* name; ... };
///   class Sessions : public catalog::CasesOnBothDatabases<Session> {};
///   TEST_P(Sessions, LookAlike) { const auto& [session, database] = GetParam(); ... }
///   INSTANTIATE_TEST_SUITE_P(All, Sessions, catalog::on_both_databases(sessions), ...);
template <typename Case>
class CasesOnBothDatabases : public ::testing::TestWithParam<std::tuple<Case, TemporaryCatalog::Database>> {
 protected:
  void SetUp() override {
    if (!TemporaryCatalog::is_available(std::get<1>(this->GetParam())))
      GTEST_SKIP() << "PostgreSQL is not installed";
  }
};

template <typename Cases>
auto on_both_databases(const Cases& cases) {
  return ::testing::Combine(::testing::ValuesIn(cases), both_databases());
}
/// Of the name of a case, in which letters that test names do not have are replaced.
inline std::string name_on_database(std::string name, TemporaryCatalog::Database database) {
  for (char& c : name)
    if (c == '-' || c == '.') c = '_';
  return name + "_" + text_of(database);
}

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/lent_catalogs.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::director {
namespace {

class Lent : public ::testing::Test {
 protected:
  Lent() { catalog_.name = "Cat"; }

  LentCatalogs lent_{[this](const config::Catalog&) {
    ++opened_;
    return catalog::memory_catalog();
  }};
  config::Catalog catalog_;
  int opened_ = 0;
};

TEST_F(Lent, SessionsAreUsedAgain) {
  for (int i = 0; i < 3; ++i) lent_.use(catalog_, [](catalog::Catalog&) {});
  EXPECT_EQ(opened_, 1);
}

TEST_F(Lent, ThereAreAsManyAsAreUsedAtTheSameTime) {
  lent_.use(catalog_, [&](catalog::Catalog& one) {
    lent_.use(catalog_, [&](catalog::Catalog& other) { EXPECT_NE(&one, &other); });
  });
  lent_.use(catalog_, [](catalog::Catalog&) {});
  EXPECT_EQ(opened_, 2);
}

TEST_F(Lent, OneThatFailedIsNotUsedAgain) {
  EXPECT_THROW(lent_.use(catalog_, [](catalog::Catalog&) { throw Error(ErrorKind::io, "gone"); }), Error);
  lent_.use(catalog_, [](catalog::Catalog&) {});
  EXPECT_EQ(opened_, 2);
}

TEST_F(Lent, OneWhoseServerWentAwayMeanwhileIsReplaced) {
  lent_.use(catalog_, [](catalog::Catalog&) {});
  int calls = 0;
  lent_.use(catalog_, [&](catalog::Catalog&) {
    if (++calls == 1) throw Error(ErrorKind::network, "gone");
  });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(opened_, 2);
}

TEST_F(Lent, AResourceWithAnotherDatabaseGetsAnotherSession) {
  lent_.use(catalog_, [](catalog::Catalog&) {});
  catalog_.database = "moved";
  lent_.use(catalog_, [](catalog::Catalog&) {});
  EXPECT_EQ(opened_, 2);
}

}  // namespace
}  // namespace holdfast::director

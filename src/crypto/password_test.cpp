// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/password.h"

namespace holdfast::crypto {
namespace {

TEST(StoredPassword, IsTheHexMd5OfClearText) {
  EXPECT_EQ(stored_password("secret"), "5ebe2294ecd0e0f08eab7690d2a6ee69");
}

TEST(StoredPassword, TakesMd5DigitsAsWritten) {
  EXPECT_EQ(stored_password("[md5]5ebe2294ecd0e0f08eab7690d2a6ee69"), "5ebe2294ecd0e0f08eab7690d2a6ee69");
  EXPECT_EQ(stored_password("[md5]5EBE2294ECD0E0F08EAB7690D2A6EE69"), "5EBE2294ECD0E0F08EAB7690D2A6EE69");
}

TEST(StoredPassword, RefusesDigestsOfTheWrongForm) {
  EXPECT_FALSE(stored_password("[md5]5ebe2294"));
  EXPECT_FALSE(stored_password("[md5]"));
  EXPECT_FALSE(stored_password("[md5]5ebe2294ecd0e0f08eab7690d2a6ee6900"));
  EXPECT_FALSE(stored_password("[md5]xebe2294ecd0e0f08eab7690d2a6ee69"));
}

TEST(StoredPassword, KnowsTheEmptyOne) {
  EXPECT_TRUE(is_empty_password(*stored_password("")));
  EXPECT_TRUE(is_empty_password(""));
  EXPECT_FALSE(is_empty_password(*stored_password(" ")));
}

}  // namespace
}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/posix_acl.h"

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

// Interop 05, section 8.
const std::string example = "user::rw-\nuser:1234:rw-\ngroup::r--\nmask::rw-\nother::r--\n";

TEST(PosixAcl, TextAndValueSayTheSame) {
  const auto value = acl_value(example);
  ASSERT_TRUE(value) << value.error();
  EXPECT_EQ(value->size(), 4U + 5 * 8);
  EXPECT_EQ(acl_text(*value).value(), example);
}

TEST(PosixAcl, ShowsAndTakesNames) {
  const auto value = acl_value("u::rwx\nuser:root:r-x\ngroup::---\ngroup:root:--x\nmask::rwx\nother::---");
  ASSERT_TRUE(value) << value.error();
  EXPECT_EQ(acl_text(*value).value(),
            "user::rwx\nuser:root:r-x\ngroup::---\ngroup:root:--x\nmask::rwx\nother::---\n");
}

TEST(PosixAcl, EmptyTextMeansNoAcl) {
  EXPECT_TRUE(acl_value("")->empty());
  EXPECT_TRUE(acl_value("\n# nothing\n")->empty());
}

TEST(PosixAcl, RefusesWhatTheKernelWouldRefuse) {
  for (const auto* text :
       {"user::rw-", "user::rw-\nuser:1234:rw-\ngroup::r--\nother::r--", "user::rw-\ngroup::r--",
        "user::rw-\nuser::rw-\ngroup::r--\nother::r--", "nobody-knows::rw-", "user::q",
        "user:no-such-user-here:rw-\nuser::rw-\ngroup::r--\nmask::rw-\nother::r--", "::::", ":"})
    EXPECT_FALSE(acl_value(text)) << text;
}

TEST(PosixAcl, RefusesEveryPrefixOfAValue) {
  const auto value = *acl_value(example);
  for (std::size_t size = 0; size < value.size(); ++size)
    if (size < 4 || (size - 4) % 8 != 0) {
      EXPECT_FALSE(acl_text(Bytes(value).first(size))) << size;
    }
}

TEST(PosixAcl, KnowsWhatThePermissionBitsSayAlready) {
  EXPECT_TRUE(is_minimal_acl(*acl_value("user::rw-\ngroup::r--\nother::r--")));
  EXPECT_FALSE(is_minimal_acl(*acl_value(example)));
}

}  // namespace
}  // namespace holdfast::os

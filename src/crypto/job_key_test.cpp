// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/job_key.h"

#include "crypto/random.h"

namespace holdfast::crypto {
namespace {

TEST(JobKey, SpellsBytesInLettersAsTheVectorSays) {
  Buffer bytes;
  for (int i = 0; i < 16; ++i) bytes.push_back(static_cast<std::byte>(i));
  EXPECT_EQ(spell_job_key(bytes), "AABA-CADA-EAFA-GAHA-IAJA-KALA-MANA-OAPA");
}

TEST(JobKey, IsAnotherOneEachTime) {
  EXPECT_EQ(make_job_key().size(), 39U);
  EXPECT_NE(make_job_key(), make_job_key());
}

TEST(Random, FitsIntoThirtyOneBits) {
  std::uint32_t seen = 0;
  for (int i = 0; i < 1000; ++i) seen |= random_31_bits();
  EXPECT_EQ(seen, 0x7FFFFFFFU);
}

}  // namespace
}  // namespace holdfast::crypto

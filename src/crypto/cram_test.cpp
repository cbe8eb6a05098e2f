// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/cram.h"

namespace holdfast::crypto {
namespace {

struct Vector {
  std::string_view key;
  std::string_view challenge;
  std::string_view bareos;
  std::string_view standard;  // empty where the chapter gives none
};

constexpr std::string_view secret = "5ebe2294ecd0e0f08eab7690d2a6ee69";
constexpr std::string_view job_key = "AABA-CADA-EAFA-GAHA-IAJA-KALA-MANA-OAPA";

// interop 01, sections 8.1 and 9
constexpr Vector vectors[] = {
    {secret, "<1804289383.1735689600@R_DIRECTOR::bareos-dir>", "4zxCn6RlH0/lfTUpsV+faB",
     "4zxCnaRlH0PlfTUpsVSfaQ"},
    {secret, "<846930886.1735689601@R_CONSOLE::*UserAgent*>", "om/J5j/ZEAws29/H89+eOA",
     "omDJ5jrZEAws2drH8NaeOA"},
    {secret, "<1.2@x>", "e++yegI4whhVB4/pf++5pC", "eeayegI4whhVBIDpf+q5pg"},
    {job_key, "<1681692777.1735689600@R_STORAGE::bareos-sd>", "p4+jP5/Iw6+ndmljl+/J1C", ""},
    {job_key, "<1714636915.1735689601@R_CLIENT::bareos-fd>", "+8/hDz/wg6+Czx/MeCdCxA", ""},
};

TEST(Cram, AnswersTheChallengesOfTheChapter) {
  for (const Vector& vector : vectors) {
    EXPECT_EQ(cram_answer(vector.key, vector.challenge, Base64::bareos), vector.bareos);
    if (vector.standard.empty()) continue;
    EXPECT_EQ(cram_answer(vector.key, vector.challenge, Base64::standard), vector.standard);
  }
}

TEST(Cram, UsesHmacMd5) {
  constexpr unsigned char expected[] = {0xe3, 0x3c, 0x42, 0x9d, 0xa4, 0x65, 0x1f, 0x43,
                                        0xe5, 0x7d, 0x35, 0x29, 0xb1, 0x54, 0x9f, 0x69};
  EXPECT_TRUE(equal(hmac_md5(secret, vectors[0].challenge), std::as_bytes(std::span(expected))));
}

TEST(EqualInConstantTime, IsEquality) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace holdfast::crypto

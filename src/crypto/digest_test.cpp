// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/digest.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace holdfast::crypto {
namespace {

std::string hex(const DigestValue& value) {
  std::string text;
  for (const auto byte : value.bytes()) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

struct Vector {
  DigestKind kind;
  std::string_view empty;
  std::string_view hello;  // of "hello\n"
};
constexpr std::array vectors{
    Vector{DigestKind::md5, "d41d8cd98f00b204e9800998ecf8427e", "b1946ac92492d2347c6235b4d2611184"},
    Vector{DigestKind::sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
           "f572d396fae9206628714fb2ce00f72e94f2258f"},
    Vector{DigestKind::sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"},
    Vector{DigestKind::sha512,
           "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
           "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
           "e7c22b994c59d9cf2b48e549b1e24666636045930d3da7c1acb299d1c3b7f931"
           "f94aae41edda2c2b207a36e10f8bcb8d45223e54878f5b316e7ce3b6bc019629"},
    // Interop 05, section 7.
    Vector{DigestKind::xxh128, "99aa06d3014798d86001c324468d497f", "6bba86c7e069f56d5a10b435f1c8e49c"},
};

TEST(Digest, MatchesThePublishedValues) {
  for (const auto& vector : vectors) {
    EXPECT_EQ(hex(digest_of(vector.kind, {})), vector.empty) << to_string(vector.kind);
    EXPECT_EQ(hex(digest_of(vector.kind, as_bytes("hello\n"))), vector.hello) << to_string(vector.kind);
  }
}

TEST(Digest, DoesNotDependOnHowTheDataIsCut) {
  for (const auto& vector : vectors) {
    Digest digest(vector.kind);
    for (const char letter : std::string_view("hello\n")) digest.update(as_bytes({&letter, 1}));
    EXPECT_EQ(hex(digest.finish()), vector.hello) << to_string(vector.kind);
  }
}

TEST(Digest, StartsAnewAfterFinish) {
  for (const auto& vector : vectors) {
    Digest digest(vector.kind);
    digest.update(as_bytes("something else"));
    (void)digest.finish();
    digest.update(as_bytes("hello\n"));
    EXPECT_EQ(hex(digest.finish()), vector.hello) << to_string(vector.kind);
    EXPECT_EQ(hex(digest.finish()), vector.empty) << to_string(vector.kind);
  }
}

}  // namespace
}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/key_wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/base/hex.h"
#include "testing/base/thrown.h"

namespace holdfast::crypto {
namespace {

using testing::HasSubstr;
using testing_support::from_hex;
using testing_support::thrown_kind;

// RFC 3394, sections 4.1 and 4.6.
const Buffer short_kek = from_hex("000102030405060708090A0B0C0D0E0F");
const Buffer short_key = from_hex("00112233445566778899AABBCCDDEEFF");
const Buffer short_wrapped = from_hex("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5");
const Buffer long_kek = from_hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
const Buffer long_key = from_hex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
const Buffer long_wrapped =
    from_hex("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");

TEST(KeyWrap, IsThatOfTheRfc) {
  EXPECT_EQ(wrap_key(short_kek, short_key), short_wrapped);
  EXPECT_EQ(unwrap_key(short_kek, short_wrapped), short_key);
  EXPECT_EQ(unwrap_key(long_kek, long_wrapped), long_key);
}

TEST(KeyWrap, MakesFortyBytesOfAKeyOfAVolume) {
  const auto wrapped = wrap_key(long_kek, long_key);
  EXPECT_EQ(wrapped.size(), 40U);
  EXPECT_EQ(unwrap_key(long_kek, wrapped), long_key);
  EXPECT_EQ(unwrap_key(short_kek, wrapped), long_key) << "only the first 16 bytes count";
}

TEST(KeyWrap, KnowsAnotherKeyAndDamage) {
  EXPECT_EQ(unwrap_key(short_key, short_wrapped), std::nullopt);
  for (std::size_t i = 0; i < short_wrapped.size(); ++i) {
    Buffer damaged = short_wrapped;
    damaged[i] ^= std::byte{0x10};
    EXPECT_EQ(unwrap_key(short_kek, damaged), std::nullopt);
    EXPECT_EQ(unwrap_key(short_kek, Bytes(short_wrapped).first(i)), std::nullopt);
  }
}

TEST(KeyWrap, RefusesWhatItCannotWrap) {
  EXPECT_EQ(thrown_kind([] { wrap_key(Bytes(short_kek).first(15), short_key); }), ErrorKind::invalid);
  EXPECT_EQ(thrown_kind([] { wrap_key(short_kek, Bytes(short_key).first(8)); }), ErrorKind::invalid);
  EXPECT_EQ(thrown_kind([] { wrap_key(short_kek, Bytes(long_key).first(20)); }), ErrorKind::invalid);
  EXPECT_EQ(unwrap_key(Bytes(short_kek).first(15), short_wrapped), std::nullopt);
}

TEST(TapeKeys, ComeBackFromTheTextInTheCatalog) {
  const std::string key = new_tape_key();
  const std::string key_encryption_key = new_tape_key();
  ASSERT_EQ(key.size(), tape_key_size);
  EXPECT_NE(key, key_encryption_key);
  EXPECT_EQ(key.find_first_of("\"'\\ `$"), std::string::npos);
  for (const auto& kek : {std::string(), key_encryption_key}) {
    const auto text = write_tape_key(as_bytes(key), kek);
    EXPECT_EQ(as_text(read_tape_key(text, kek).value()), key);
  }
}

TEST(TapeKeys, ThatCannotBeReadSayWhy) {
  const std::string key = new_tape_key();
  const std::string kek = new_tape_key();
  const auto wrapped = write_tape_key(as_bytes(key), kek);
  EXPECT_THAT(read_tape_key("?", "").error(), HasSubstr("not base64"));
  EXPECT_THAT(read_tape_key(wrapped, "").error(), HasSubstr("is a Key Encryption Key missing?"));
  EXPECT_THAT(read_tape_key(wrapped, new_tape_key()).error(), HasSubstr("not the one"));
  EXPECT_THAT(read_tape_key(write_tape_key(as_bytes(key), ""), kek).error(), HasSubstr("not the one"));
}

}  // namespace
}  // namespace holdfast::crypto

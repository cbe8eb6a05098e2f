// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/pki_records.h"

#include <gtest/gtest.h>

#include "testing/base/hex.h"

namespace holdfast::crypto {
namespace {

using testing_support::from_hex;

// interop 05, section 11.4
const Buffer session = from_hex(
    "303e02010006096086480165030401020410000102030405060708090a0b0c0d0e0f"
    "311c301a0201000404a1a2a3a406092a864886f70d0101010404b1b2b3b4");
const Buffer signature = from_hex(
    "302c020100312730250201000404a1a2a3a406096086480165030402010609608648"
    "0165030402010404c1c2c3c4");

TEST(PkiRecords, TellForWhomASessionKeyIsEncrypted) {
  const auto record = parse_session_record(session);
  ASSERT_TRUE(record) << record.error();
  EXPECT_EQ(record->cipher, DataCipher::aes128);
  EXPECT_TRUE(equal(record->iv, from_hex("000102030405060708090a0b0c0d0e0f")));
  ASSERT_EQ(record->recipients.size(), 1U);
  EXPECT_EQ(printed_key_id(record->recipients[0].key_id), "A1:A2:A3:A4");
  EXPECT_TRUE(equal(record->recipients[0].encrypted_key, from_hex("b1b2b3b4")));
}

TEST(PkiRecords, TellWhoSignedADigest) {
  const auto signatures = parse_signature_record(signature);
  ASSERT_TRUE(signatures) << signatures.error();
  ASSERT_EQ(signatures->size(), 1U);
  EXPECT_EQ(printed_key_id(signatures->front().key_id), "A1:A2:A3:A4");
  EXPECT_EQ(signatures->front().digest, DigestKind::sha256);
  EXPECT_TRUE(equal(signatures->front().value, from_hex("c1c2c3c4")));
}

TEST(PkiRecords, ComeOutAsThoseOfTheSpecification) {
  EXPECT_EQ(session_record(*parse_session_record(session)), session);
  EXPECT_EQ(signature_record(parse_signature_record(signature)->front()), signature);
}

TEST(PkiRecords, OrderRecipientsByTheirBytesAndEncodeLongLengths) {
  const Buffer first(20, std::byte{0xa0}), second(20, std::byte{0xb0}), iv(16), key(256, std::byte{0x77});
  const SessionRecord one{DataCipher::aes256, iv, {{second, key}, {first, key}}};
  const SessionRecord other{DataCipher::aes256, iv, {{first, key}, {second, key}}};
  const auto made = session_record(one);
  EXPECT_EQ(made.size(), 640U);
  EXPECT_EQ(made, session_record(other));
  const auto parsed = parse_session_record(made);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->recipients.size(), 2U);
  EXPECT_TRUE(equal(parsed->recipients[0].key_id, first));
  EXPECT_TRUE(equal(parsed->recipients[1].encrypted_key, key));
  EXPECT_EQ(signature_record({first, DigestKind::sha256, key}).size(), 322U);
}

TEST(PkiRecords, FailCleanlyWhereTheyAreCutOffOrGoOn) {
  for (std::size_t size = 0; size < session.size(); ++size)
    EXPECT_FALSE(parse_session_record(Bytes(session).first(size))) << size;
  for (std::size_t size = 0; size < signature.size(); ++size)
    EXPECT_FALSE(parse_signature_record(Bytes(signature).first(size))) << size;
  Buffer longer = session;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(parse_session_record(longer));
}

TEST(PkiRecords, AreNotMistakenForEachOther) {
  EXPECT_FALSE(parse_session_record(signature));
  EXPECT_FALSE(parse_signature_record(session));
}

TEST(PkiRecords, OfUnknownAlgorithmsAreToldApartFromDamagedOnes) {
  Buffer other_cipher = session;
  other_cipher[15] = std::byte{0x03};
  const auto record = parse_session_record(other_cipher);
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error(), "the cipher of the data is none that this program knows");
  Buffer other_digest = signature;
  other_digest[28] = std::byte{0x09};
  const auto signatures = parse_signature_record(other_digest);
  ASSERT_TRUE(signatures);
  EXPECT_EQ(signatures->front().digest, std::nullopt);
}

TEST(PkiRecords, OfANewerVersionAreRefused) {
  Buffer newer = session;
  newer[4] = std::byte{1};
  EXPECT_FALSE(parse_session_record(newer));
}

TEST(PkiRecords, WithLengthsBeyondTheirEndAreRefused) {
  for (const char* text : {"30ff", "3080", "3084ffffffff020100", "3085000000000100", "30820000"})
    EXPECT_FALSE(parse_session_record(from_hex(text))) << text;
}

}  // namespace
}  // namespace holdfast::crypto

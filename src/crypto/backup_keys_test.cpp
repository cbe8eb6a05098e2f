// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/backup_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "crypto/key_ring.h"
#include "testing/base/thrown.h"
#include "testing/crypto/test_key_pair.h"

namespace holdfast::crypto {
namespace {

using testing::HasSubstr;
using testing_support::thrown_message;

const TestKeyPair& own() {
  static const TestKeyPair pair;
  return pair;
}
const TestKeyPair& master() {
  static const TestKeyPair pair(TestKeyPair::Identifier::chosen);
  return pair;
}

KeyRing ring_of(const TestKeyPair& pair) {
  KeyRing ring;
  ring.add_key_pair(pair.both(), "keys.pem");
  return ring;
}

TEST(BackupKeys, EncryptForTheirOwnerAndEachMasterKey) {
  BackupKeys keys(own().both(), "keys.pem");
  keys.add_recipients(master().certificate(), "master.pem");
  const auto session = keys.start_session(DataCipher::camellia192);
  EXPECT_EQ(parse_session_record(session.record)->recipients.size(), 2U);
  for (const auto* pair : {&own(), &master()}) {
    const auto found = ring_of(*pair).unlock(*parse_session_record(session.record));
    ASSERT_TRUE(found) << found.error();
    EXPECT_EQ(found->cipher, DataCipher::camellia192);
    EXPECT_EQ(found->key, session.key.key);
    EXPECT_EQ(found->iv, session.key.iv);
  }
  EXPECT_NE(keys.start_session(DataCipher::camellia192).key.key, session.key.key);
}

TEST(BackupKeys, MakeRecordsOfTheSizeThatTheSpecificationNames) {
  BackupKeys keys(own().both(), "keys.pem");
  keys.add_recipients(TestKeyPair().certificate(), "master.pem");
  EXPECT_EQ(keys.start_session(DataCipher::aes128).record.size(), 640U);
  EXPECT_EQ(Signer(keys).sign(digest_of(Signer::digest_kind, {})).size(), 322U);
}

TEST(BackupKeys, SignWhatTheirOwnerIsBelieved) {
  const BackupKeys keys(own().both(), "keys.pem");
  Signer signer(keys);
  const auto ring = ring_of(own());
  for (const std::string text : {"", "hello\n"}) {
    const auto digest = digest_of(Signer::digest_kind, as_bytes(text));
    const auto record = signer.sign(digest);
    const auto signatures = parse_signature_record(record);
    ASSERT_TRUE(signatures);
    ASSERT_EQ(signatures->size(), 1U);
    EXPECT_TRUE(equal(signatures->front().key_id, own().id()));
    EXPECT_TRUE(ring.is_good(signatures->front(), digest));
    EXPECT_FALSE(ring.is_good(signatures->front(), digest_of(Signer::digest_kind, as_bytes("evil"))));
  }
}

TEST(BackupKeys, TellWhatLacksInTheirFiles) {
  EXPECT_THAT(thrown_message([] { BackupKeys(own().private_key(), "keys.pem"); }),
              HasSubstr("keys.pem holds a private key without its certificate"));
  EXPECT_THAT(thrown_message([] { BackupKeys(own().certificate(), "keys.pem"); }),
              HasSubstr("keys.pem holds no private key"));
  EXPECT_THAT(thrown_message([] { BackupKeys(own().private_key() + master().certificate(), "keys.pem"); }),
              HasSubstr("belongs to another private key"));
  const TestKeyPair nameless(TestKeyPair::Identifier::missing);
  EXPECT_THAT(thrown_message([&] { BackupKeys(nameless.both(), "keys.pem"); }),
              HasSubstr("lacks the extension subjectKeyIdentifier"));
  BackupKeys keys(own().both(), "keys.pem");
  EXPECT_THAT(thrown_message([&] { keys.add_recipients(master().private_key(), "master.pem"); }),
              HasSubstr("master.pem holds no certificate"));
}

}  // namespace
}  // namespace holdfast::crypto

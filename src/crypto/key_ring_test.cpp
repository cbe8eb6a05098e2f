// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/crypto/test_key_pair.h"

namespace holdfast::crypto {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_support::thrown_message;

/// Keys take long to find, so all tests share them.
const TestKeyPair& alice() {
  static const TestKeyPair pair;
  return pair;
}
const TestKeyPair& master() {
  static const TestKeyPair pair(TestKeyPair::Identifier::chosen);
  return pair;
}

KeyRing ring_of(const std::string& pem) {
  KeyRing ring;
  ring.add_key_pair(pem, "keys.pem");
  return ring;
}

Expected<Buffer, std::string> unlocked(const KeyRing& ring, const Buffer& record) {
  const auto key = ring.unlock(*parse_session_record(record));
  if (!key) return unexpected(key.error());
  return key->key;
}

TEST(KeyRing, UnlocksWhatIsEncryptedForAnyOfItsKeys) {
  const auto key = counting_key(DataCipher::aes256);
  const auto record = session_record(key, {&alice(), &master()});
  EXPECT_EQ(unlocked(ring_of(alice().both()), record), key.key);
  EXPECT_EQ(unlocked(ring_of(master().both()), record), key.key);
  EXPECT_EQ(unlocked(ring_of(alice().private_key() + alice().certificate()), record), key.key);
}

TEST(KeyRing, UnlocksWithAPrivateKeyWithoutItsCertificate) {
  const auto key = counting_key(DataCipher::aes128);
  const auto record = session_record(key, {&alice(), &master()});
  EXPECT_EQ(unlocked(ring_of(alice().private_key()), record), key.key);
  EXPECT_EQ(unlocked(ring_of(master().private_key()), record), key.key) << "an identifier of its own";
}

TEST(KeyRing, NamesTheKeysThatAreMissing) {
  const auto record = session_record(counting_key(DataCipher::aes256), {&alice()});
  const auto wanted = printed_key_id(alice().id());
  EXPECT_THAT(unlocked(KeyRing(), record).error(),
              AllOf(HasSubstr("No private decryption keys have been defined"), HasSubstr(wanted)));
  EXPECT_THAT(unlocked(ring_of(master().both()), record).error(),
              AllOf(HasSubstr("Missing private key required"), HasSubstr(wanted), HasSubstr("A1:A2:A3:A4")));
  EXPECT_THAT(unlocked(ring_of(master().private_key()), record).error(),
              HasSubstr("Missing private key required"));
}

TEST(KeyRing, TellsWhereASessionKeyIsDamaged) {
  auto record = session_record(counting_key(DataCipher::aes256), {&alice()});
  record.back() ^= std::byte{1};
  EXPECT_THAT(unlocked(ring_of(alice().both()), record).error(),
              HasSubstr("Decrypt of the session key failed."));
}

TEST(KeyRing, RefusesFilesWithoutAKeyThatCanBeUsed) {
  EXPECT_THAT(thrown_message([] { ring_of("nothing"); }), HasSubstr("keys.pem holds no private key"));
  EXPECT_THAT(thrown_message([] { ring_of(alice().certificate()); }), HasSubstr("holds no private key"));
  EXPECT_THAT(thrown_message([] { ring_of(alice().certificate() + master().private_key()); }),
              HasSubstr("belongs to another private key"));
  EXPECT_THAT(thrown_message([] { ring_of(alice().private_key_under_passphrase()); }),
              HasSubstr("is under a passphrase"));
  const TestKeyPair nameless(TestKeyPair::Identifier::missing);
  EXPECT_THAT(thrown_message([&] { ring_of(nameless.both()); }), HasSubstr("subjectKeyIdentifier"));
  EXPECT_THAT(thrown_message([] { KeyRing().add_signers(alice().private_key(), "signer.pem"); }),
              HasSubstr("signer.pem holds no certificate"));
}

TEST(KeyRing, KnowsGoodSignaturesOfThoseItTrusts) {
  KeyRing ring;
  ring.add_signers(alice().certificate() + master().certificate(), "signers.pem");
  EXPECT_TRUE(ring.has_signers());
  EXPECT_FALSE(ring.has_private_keys());
  for (const auto kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256, DigestKind::sha512}) {
    const auto record = signature_record(kind, as_bytes("hello\n"), {&alice(), &master()});
    const auto signatures = parse_signature_record(record);
    ASSERT_TRUE(signatures);
    for (const auto& signature : *signatures) {
      EXPECT_TRUE(ring.trusts(signature.key_id));
      EXPECT_EQ(signature.digest, kind);
      EXPECT_TRUE(ring.is_good(signature, digest_of(kind, as_bytes("hello\n"))));
      EXPECT_FALSE(ring.is_good(signature, digest_of(kind, as_bytes("hello"))));
      EXPECT_FALSE(ring.is_good(signature, DigestValue()));
    }
  }
}

TEST(KeyRing, BelievesNobodyElse) {
  const auto ring = ring_of(alice().both());
  const auto record = signature_record(DigestKind::sha256, as_bytes("x"), {&alice(), &master()});
  const auto signatures = parse_signature_record(record);
  ASSERT_TRUE(signatures);
  EXPECT_TRUE(ring.trusts((*signatures)[0].key_id));
  EXPECT_FALSE(ring.trusts((*signatures)[1].key_id));
  EXPECT_FALSE(ring.is_good((*signatures)[1], digest_of(DigestKind::sha256, as_bytes("x"))));
}

}  // namespace
}  // namespace holdfast::crypto

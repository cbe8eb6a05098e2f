// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/data_cipher.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/base/hex.h"
#include "testing/base/thrown.h"
#include "testing/crypto/test_key_pair.h"

namespace holdfast::crypto {
namespace {

using testing_support::from_hex;

// "hello\n" and "world\n" as two blocks under the key 00 01 02 … and the IV 00 01 02 …: AES-256 is the vector of
// interop 05, section 11.3; the others come from `openssl enc`.
const std::string two_blocks("\0\0\0\6hello\n\0\0\0\6world\n", 20);
struct Vector {
  DataCipher cipher;
  const char* encrypted;
};
const Vector vectors[] = {
    {DataCipher::aes256, "af65f4b8a646c44617e4b57192c4371b0dc60a1c6cedd16755dec2388b8f10bc"},
    {DataCipher::aes192, "439481aea8a0da9c5d70da7c909cce602566d0cea6203a4ea8f89a9b2a82ee02"},
    {DataCipher::aes128, "84b9a625a26408ea8fdd048187931dd90f3f80a567c794c49fb67a62e7877db9"},
    {DataCipher::camellia128, "0f5f73a21b48d1c5725f032f67103e266acf286c28306f8f67861e6a47efc082"},
    {DataCipher::camellia192, "12a00adcbeed0631b110f2f058ae20b45afd944735b5c2e4f518aa8532d6e562"},
    {DataCipher::camellia256, "6b42142376c97a9aa9008ad70144ed450301b1aad924cb163878fe9e93ae6394"},
    {DataCipher::triple_des, "c59df4c115ddb1ebb2510d39c672a52e776fa3912935ca15"},
    {DataCipher::blowfish, "80c851be23c9860996b96ca6769002f533e4c3ca79341fa7"},
};

std::optional<std::string> decrypted(Decryption& decryption, Bytes encrypted, std::size_t step) {
  std::string plain;
  for (; !encrypted.empty(); encrypted = encrypted.subspan(std::min(step, encrypted.size())))
    plain += as_text(decryption.update(encrypted.first(std::min(step, encrypted.size()))));
  const auto rest = decryption.finish();
  if (!rest) return std::nullopt;
  return plain + std::string(as_text(*rest));
}

TEST(DataCipher, DecryptsWithEveryAlgorithmWhereverRecordsWereCut) {
  for (const auto& vector : vectors) {
    Decryption decryption(counting_key(vector.cipher));
    const auto encrypted = from_hex(vector.encrypted);
    for (const std::size_t step : {1U, 7U, 16U, 100U})
      EXPECT_EQ(decrypted(decryption, encrypted, step), two_blocks) << to_string(vector.cipher);
  }
}

TEST(DataCipher, DecryptsAFileOfOneBlock) {
  Decryption decryption(counting_key(DataCipher::aes256));
  EXPECT_EQ(decrypted(decryption, from_hex("b8a1ac710ef80e940970f4fe477239a8"), 16),
            std::string("\0\0\0\6hello\n", 10));
}

/// As one file of these pieces, each encrypted by itself.
Buffer encrypted(Encryption& encryption, Bytes plain, std::size_t step) {
  Buffer all;
  const auto room = std::make_unique<std::byte[]>(plain.size() + Encryption::most_added);
  const MutableBytes to(room.get(), plain.size() + Encryption::most_added);
  encryption.start();
  for (; !plain.empty(); plain = plain.subspan(std::min(step, plain.size())))
    append(all, Bytes(to).first(encryption.update(plain.first(std::min(step, plain.size())), to)));
  append(all, Bytes(to).first(encryption.finish(to)));
  return all;
}

TEST(DataCipher, EncryptsWithEveryAlgorithmWhateverThePieces) {
  for (const auto& vector : vectors) {
    Encryption encryption(counting_key(vector.cipher));
    for (const std::size_t step : {1U, 4U, 10U, 16U, 100U})
      EXPECT_EQ(encrypted(encryption, as_bytes(two_blocks), step), from_hex(vector.encrypted))
          << to_string(vector.cipher) << " " << step;
  }
}

TEST(DataCipher, PadsEveryLengthSoThatItComesBack) {
  const auto key = counting_key(DataCipher::aes256);
  Encryption encryption(key);
  Decryption decryption(key);
  const std::string text(70, 'x');
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto made = encrypted(encryption, as_bytes(text).first(size), 7);
    EXPECT_EQ(made.size(), size / 16 * 16 + 16);
    EXPECT_EQ(decrypted(decryption, made, 16), text.substr(0, size));
  }
}

TEST(DataCipher, MakesKeysThatNobodyFindsTwice) {
  for (const auto& vector : vectors) {
    const auto one = make_session_key(vector.cipher), other = make_session_key(vector.cipher);
    EXPECT_EQ(one.key.size(), key_size(vector.cipher));
    EXPECT_EQ(one.iv.size(), iv_size(vector.cipher));
    EXPECT_NE(one.key, other.key);
    EXPECT_NE(one.iv, other.iv);
  }
}

TEST(DataCipher, IsNamedAsInConfigurations) {
  for (const auto& vector : vectors) {
    EXPECT_EQ(data_cipher_named(to_string(vector.cipher)), vector.cipher);
    EXPECT_EQ(find_data_cipher(object_identifier_of(vector.cipher)), vector.cipher);
  }
  EXPECT_EQ(data_cipher_named("aes128hmacsha1"), std::nullopt);
}

TEST(DataCipher, TellsWhereAStreamIsCutOff) {
  for (const auto& vector : vectors) {
    Decryption decryption(counting_key(vector.cipher));
    const auto encrypted = from_hex(vector.encrypted);
    for (std::size_t size = 0; size < encrypted.size(); ++size)
      EXPECT_EQ(decrypted(decryption, Bytes(encrypted).first(size), 16), std::nullopt)
          << to_string(vector.cipher) << " " << size;
  }
}

TEST(DataCipher, BeginsANewStreamAfterOneThatWasLeft) {
  Decryption decryption(counting_key(DataCipher::aes128));
  const auto encrypted = from_hex(vectors[2].encrypted);
  decryption.update(Bytes(encrypted).first(16));
  decryption.start();
  EXPECT_EQ(decrypted(decryption, encrypted, 16), two_blocks);
}

TEST(DataCipher, RefusesKeysOfAWrongLength) {
  const Buffer bytes(16);
  EXPECT_EQ(testing_support::thrown_kind([&] { Decryption(SessionKey(DataCipher::aes256, bytes, bytes)); }),
            ErrorKind::invalid);
  EXPECT_EQ(
      testing_support::thrown_kind([&] { Decryption(SessionKey(DataCipher::triple_des, bytes, bytes)); }),
      ErrorKind::invalid);
}

}  // namespace
}  // namespace holdfast::crypto

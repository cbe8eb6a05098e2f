// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/protection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "crypto/pki_records.h"
#include "os/text_file.h"
#include "selection/fileset_reader.h"
#include "testing/base/thrown.h"
#include "testing/crypto/test_key_pair.h"
#include "testing/tree/temporary_directory.h"

namespace holdfast::client {
namespace {

using crypto::DataCipher;
using testing::HasSubstr;
using testing_support::thrown_message;

/// A FileSet of one Include with these Options blocks.
selection::FileSet with_letters(const std::vector<std::string>& blocks) {
  selection::FileSetReader reader;
  reader.line("I");
  for (const auto& letters : blocks) {
    reader.line("O " + letters);
    reader.line("N");
  }
  reader.line("F /");
  reader.line("N");
  return reader.finish();
}

class ProtectionOfBackups : public testing::Test {
 protected:
  ProtectionOfBackups() {
    self_.name = "client-fd";
    self_.pki_key_pair = write("pair.pem", owner_.both());
  }
  std::string write(const char* name, const std::string& pem) {
    const auto path = directory_.path() + "/" + name;
    os::replace_file(path, pem);
    return path;
  }
  /// The cipher that a job with these letters uses; nothing where it is not encrypted.
  std::optional<DataCipher> cipher(const std::vector<std::string>& blocks) {
    const auto made = protection_for(self_, with_letters(blocks));
    EXPECT_EQ(is_encrypted(self_, with_letters(blocks)), made && made->encryption);
    if (!made || !made->encryption) return std::nullopt;
    return crypto::parse_session_record(made->encryption->record)->cipher;
  }
  std::string refusal(const std::vector<std::string>& blocks) {
    return thrown_message([&] { protection_for(self_, with_letters(blocks)); });
  }

  tree::TemporaryDirectory directory_;
  crypto::TestKeyPair owner_;
  config::FileDaemon self_;
};

TEST_F(ProtectionOfBackups, IsNoneUnlessSomebodyAsks) {
  EXPECT_EQ(protection_for(self_, with_letters({"MHAX"})), nullptr);
}

TEST_F(ProtectionOfBackups, IsWhatTheClientResourceSays) {
  self_.pki_signatures = true;
  EXPECT_NE(protection_for(self_, with_letters({"M"})), nullptr);
  EXPECT_EQ(cipher({"M"}), std::nullopt);
  self_.pki_encryption = true;
  EXPECT_EQ(cipher({"M"}), DataCipher::aes128);
  self_.pki_cipher = config::Cipher::camellia256;
  EXPECT_EQ(cipher({"M"}), DataCipher::camellia256);
}

TEST_F(ProtectionOfBackups, SignsUnlessTheClientEncryptsWithoutSignatures) {
  EXPECT_TRUE(protection_for(self_, with_letters({"Ef"}))->signs);
  self_.encrypt_without_signatures = true;
  EXPECT_EQ(protection_for(self_, with_letters({"M"})), nullptr);
  EXPECT_FALSE(protection_for(self_, with_letters({"Ef"}))->signs);
}

TEST_F(ProtectionOfBackups, IsForcedByTheFileSetForTheWholeJob) {
  EXPECT_EQ(cipher({"M", "MEf"}), DataCipher::aes128);
  EXPECT_EQ(cipher({"MEa3"}), DataCipher::aes256);
  EXPECT_EQ(cipher({"MEc1Ef", "M", "Ec1"}), DataCipher::camellia128);
}

TEST_F(ProtectionOfBackups, IsOfOneCipherPerJob) {
  EXPECT_THAT(refusal({"Ea1", "Ea3"}), HasSubstr("two ciphers, aes128 and aes256"));
}

TEST_F(ProtectionOfBackups, IsRefusedWithCiphersThatNobodyCanUse) {
  EXPECT_THAT(refusal({"Eh1"}),
              HasSubstr("Encryption error: backups cannot be encrypted with aes128hmacsha1"));
  self_.pki_encryption = true;
  self_.pki_cipher = config::Cipher::aes256_hmac_sha1;
  EXPECT_THAT(refusal({"M"}), HasSubstr("aes256hmacsha1"));
}

TEST_F(ProtectionOfBackups, NamesTheFilesThatCannotBeUsed) {
  self_.pki_master_key = {write("master.pem", "nothing")};
  EXPECT_THAT(refusal({"Ef"}), HasSubstr("master.pem holds no certificate"));
  self_.pki_key_pair = directory_.path() + "/gone.pem";
  EXPECT_THAT(refusal({"Ef"}), HasSubstr("gone.pem"));
  self_.pki_key_pair.clear();
  EXPECT_THAT(refusal({"Ef"}), HasSubstr("no PKI Key Pair is configured for Client client-fd"));
}

}  // namespace
}  // namespace holdfast::client

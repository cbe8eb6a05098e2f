// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/decryption_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/endian.h"
#include "os/text_file.h"
#include "testing/archive/made_archive.h"
#include "testing/base/thrown.h"
#include "testing/client/director_double.h"
#include "testing/client/storage_double.h"
#include "testing/crypto/test_key_pair.h"
#include "testing/tree/temporary_directory.h"

namespace holdfast::client {
namespace {

using format::StreamId;
using testing::Contains;
using testing::HasSubstr;
using namespace testing_support;

/// One file, encrypted for its owner and signed by him, as a Storage Daemon gives it back.
std::vector<StoredRecord> encrypted_file(const crypto::TestKeyPair& owner) {
  const auto key = crypto::counting_key(crypto::DataCipher::aes128);
  archive::MadeArchive archive;
  archive.add(format::FileType::regular, "/data/secret", 0100644, 6, "", StreamId::encrypted_data);
  archive.put(StreamId::encryption_session, crypto::session_record(key, {&owner}));
  archive.put(StreamId::encrypted_data,
              crypto::encrypt_stream(key, as_bytes(std::string_view("\0\0\0\6hello\n", 10))));
  archive.put(StreamId::signature,
              crypto::signature_record(crypto::DigestKind::sha256, as_bytes("hello\n"), {&owner}));
  archive.file("/data/open", "x");
  std::vector<StoredRecord> records;
  for (const auto& record : archive.records().records())
    records.push_back(
        {record.file_index, format::number(record.stream), std::string(as_text(record.payload))});
  return records;
}

class DecryptionKeys : public testing::Test {
 protected:
  /// Restores an encrypted file and one that is not.
  void restore() {
    storage_.records = encrypted_file(owner_);
    world_.storage.channels.push_back(storage_.connect());
    DirectorDouble director(world_);
    director.start_job("/data");
    end_ = director.restore();
    messages_ = director.messages;
  }
  config::FileDaemon& self() { return world_.configuration.clients.front(); }
  std::string write(const char* name, const std::string& pem) {
    const auto path = directory_.path() + "/" + name;
    os::replace_file(path, pem);
    return path;
  }

  tree::TemporaryDirectory directory_;
  crypto::TestKeyPair owner_;
  ClientWorld world_;
  StorageDouble storage_;
  wire::client::JobEnd end_;
  std::vector<std::string> messages_;
};

TEST_F(DecryptionKeys, OfTheConfigurationUnlockWhatIsRestored) {
  self().pki_key_pair = write("pair.pem", owner_.both());
  restore();
  EXPECT_EQ(archive::content(world_.restored, "/restored/data/secret"), "hello\n");
  EXPECT_EQ(end_.errors, 0U);
}

TEST_F(DecryptionKeys, AreAskedForWhereTheConfigurationNamesNone) {
  restore();
  EXPECT_EQ(archive::content(world_.restored, "/restored/data/secret"), "(none)");
  EXPECT_EQ(archive::content(world_.restored, "/restored/data/open"), "x");
  EXPECT_EQ(end_.errors, 1U);
  EXPECT_THAT(messages_, Contains(HasSubstr("No private decryption keys have been defined")));
}

TEST_F(DecryptionKeys, ComeWithADemandForSignaturesWhereThatIsConfigured) {
  self().pki_key_pair = write("pair.pem", owner_.both());
  self().pki_signatures = true;
  restore();
  EXPECT_EQ(end_.errors, 1U);
  EXPECT_THAT(messages_, Contains(HasSubstr("Missing cryptographic signature for /restored/data/open")));
}

TEST_F(DecryptionKeys, ThatCannotBeReadAreNamed) {
  self().pki_key_pair = directory_.path() + "/nothing.pem";
  EXPECT_THAT(thrown_message([&] { decryption_keys(self()); }), HasSubstr("/nothing.pem"));
  self().pki_key_pair = write("pair.pem", owner_.both());
  self().pki_signer = {write("signer.pem", "nothing")};
  EXPECT_THAT(thrown_message([&] { decryption_keys(self()); }),
              HasSubstr("signer.pem holds no certificate in PEM form"));
}

}  // namespace
}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/backup.h"
#include "base/endian.h"
#include "format/attributes.h"
#include "format/packed_stat.h"
#include "testing/archive/made_archive.h"
#include "testing/crypto/test_key_pair.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/faulty_source.h"

namespace holdfast::archive {
namespace {

using crypto::client_pair;
using crypto::DataCipher;
using crypto::master_pair;
using crypto::TestKeyPair;
using format::StreamId;
using testing::HasSubstr;
using testing::Not;
using tree::MemoryTree;

enum class Data { open, encrypted };

std::shared_ptr<Protection> protection(Data data, DataCipher cipher = DataCipher::aes256) {
  auto made =
      std::make_shared<Protection>(Protection{crypto::BackupKeys(client_pair().both(), "own.pem"), {}});
  made->keys.add_recipients(master_pair().certificate(), "master.pem");
  if (data == Data::encrypted) made->encryption = made->keys.start_session(cipher);
  return made;
}

/// The key of the chapter's vector.
std::shared_ptr<Protection> known_protection() {
  auto made = protection(Data::encrypted);
  made->encryption->key = crypto::counting_key(DataCipher::aes256);
  return made;
}

/// A backup of a whole tree.
struct Saving {
  Saving(tree::FileSource& source, const std::string& letters, std::shared_ptr<const Protection> how,
         std::uint32_t block_size = 262144) {
    BackupOptions options;
    options.files = selection::made_fileset(letters, {"/"});
    options.protection = std::move(how);
    options.block_size = block_size;
    options.workers = 3;
    Backup backup(source, std::move(options), records, report);
    totals = backup.run({});
  }

  StreamId announced(const std::string& name) const {
    const auto payload = records.stream(records.index_of(name), StreamId::unix_attributes);
    return format::unpack_stat(format::parse_attributes(payload)->packed_stat)->data_stream;
  }
  RecordList records;
  ReportList report;
  BackupTotals totals;
};

/// What a restore with this key makes of it; every file must be signed.
std::unique_ptr<MemoryTree> restored_by(const TestKeyPair& owner, const Saving& saved,
                                        ReportList* report = nullptr) {
  auto target = std::make_unique<MemoryTree>();
  auto ring = std::make_shared<crypto::KeyRing>();
  ring->add_key_pair(owner.both(), "keys.pem");
  ring->add_signers(client_pair().certificate(), "own.pem");
  RestoreOptions options;
  options.keys = ring;
  options.signatures = Signatures::required;
  ReportList messages;
  const auto totals = restored(saved.records, *target, options, messages);
  if (report != nullptr) {
    *report = messages;
  } else {
    EXPECT_EQ(totals.errors, 0U) << messages.text();
  }
  return target;
}

std::string noise(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (auto& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

TEST(EncryptedBackup, WritesTheDataOfTheSpecification) {
  MemoryTree tree;
  tree.put("/f", "hello\n");
  const Saving saved(tree, "S2", known_protection());
  EXPECT_EQ(saved.records.summary(), "1:1 1:22 1:20 1:19 1:17 2:1");
  const Buffer expected = crypto::encrypt_stream(crypto::counting_key(DataCipher::aes256),
                                                 as_bytes(std::string_view("\0\0\0\6hello\n", 10)));
  EXPECT_EQ(saved.records.stream(1, StreamId::encrypted_data), expected);
  EXPECT_EQ(saved.records.stream(1, StreamId::encryption_session).size(), 640U);
  EXPECT_EQ(saved.records.stream(1, StreamId::signature).size(), 322U);
}

TEST(EncryptedBackup, GoesWithoutSignatures) {
  MemoryTree tree;
  tree.put("/f", "hello\n");
  tree.put("/large", noise(3'000'000));
  const auto unsigned_protection = protection(Data::encrypted);
  unsigned_protection->signs = false;
  const Saving saved(tree, "S2", unsigned_protection);
  EXPECT_THAT(saved.records.summary(), Not(HasSubstr(":19")));
  EXPECT_THAT(saved.records.summary(), HasSubstr("1:1 1:22 1:20 1:17"));
}

TEST(EncryptedBackup, CutsRecordsWhereTheCipherDelivers) {
  MemoryTree tree;
  tree.put("/f", noise(100));
  const Saving saved(tree, "", known_protection());
  EXPECT_EQ(saved.records.summary(), "1:1 1:22 1:20 1:20 1:19 2:1");
  EXPECT_EQ(saved.records.records()[2].payload.size(), 96U);
  EXPECT_EQ(saved.records.records()[3].payload.size(), 16U);
}

TEST(EncryptedBackup, ComesBackWithTheKeyOfAnyRecipientWhateverTheSizeAndCompression) {
  MemoryTree tree;
  constexpr std::size_t block = 4096;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, block - 5, block - 4, block, 3 * block + 1})
    tree.put(fmt::format("/{}", size), noise(size));
  // Large files go through in parts, of a megabyte each.
  constexpr std::size_t large[]{1024 * 1024 + 1, 3 * 1024 * 1024, 5 * 1024 * 1024 + 12345};
  for (const auto size : large) tree.put(fmt::format("/{}", size), noise(size));
  tree.put("/text", std::string(2'500'000, 'x'));
  for (const char* letters : {"", "S4", "S2Z1", "s", "sZf4M"})
    for (const std::uint32_t block_size : {static_cast<std::uint32_t>(block), 262144U}) {
      const Saving saved(tree, letters, protection(Data::encrypted), block_size);
      EXPECT_EQ(saved.totals.errors, 0U) << saved.report.text();
      for (const auto* owner : {&client_pair(), &master_pair()}) {
        const auto target = restored_by(*owner, saved);
        for (const auto& [name, node] : tree.find("/")->children)
          EXPECT_TRUE(content(*target, "/" + name) == content(tree, "/" + name)) << name << " " << letters;
      }
    }
}

TEST(EncryptedBackup, WorksWithEveryCipher) {
  MemoryTree tree;
  tree.put("/f", noise(10'000));
  for (const auto cipher :
       {DataCipher::blowfish, DataCipher::triple_des, DataCipher::aes128, DataCipher::aes192,
        DataCipher::aes256, DataCipher::camellia128, DataCipher::camellia192, DataCipher::camellia256}) {
    const Saving saved(tree, "Zf4", protection(Data::encrypted, cipher));
    EXPECT_TRUE(content(*restored_by(master_pair(), saved), "/f") == noise(10'000)) << to_string(cipher);
  }
}

TEST(EncryptedBackup, LeavesNothingOfTheDataOpen) {
  MemoryTree tree;
  const std::string secret = "this is known to nobody";
  tree.put("/small", secret);
  std::string large(3 * 1024 * 1024, ' ');
  for (std::size_t at = 0; at + secret.size() < large.size(); at += 1000)
    large.replace(at, secret.size(), secret);
  tree.put("/large", large);
  const Saving saved(tree, "sS2", protection(Data::encrypted));
  for (const auto& record : saved.records.records())
    EXPECT_EQ(as_text(record.payload).find(secret), std::string_view::npos) << number(record.stream);
}

TEST(EncryptedBackup, AnnouncesTheStreamOfTheDataForFilesOnly) {
  MemoryTree tree;
  tree.put("/d/f", "x");
  tree.put("/d/empty", "");
  ASSERT_TRUE(tree.make_symlink("f", "/d/link"));
  const Saving saved(tree, "sZ6", protection(Data::encrypted));
  EXPECT_EQ(saved.announced("/d/f"), StreamId::encrypted_compressed_data);
  EXPECT_EQ(saved.announced("/d/empty"), StreamId::encrypted_compressed_data);
  EXPECT_EQ(saved.announced("/d/link"), StreamId::sparse_compressed_data);
  EXPECT_EQ(saved.announced("/d/"), StreamId::sparse_compressed_data);
  const auto empty = saved.records.index_of("/d/empty");
  EXPECT_FALSE(saved.records.stream(empty, StreamId::encryption_session).empty());
  EXPECT_FALSE(saved.records.stream(empty, StreamId::signature).empty());
  EXPECT_TRUE(saved.records.stream(saved.records.index_of("/d/"), StreamId::encryption_session).empty());
  EXPECT_TRUE(saved.records.stream(saved.records.index_of("/d/link"), StreamId::signature).empty());
}

TEST(EncryptedBackup, NeitherEncryptsNorSignsFurtherNames) {
  MemoryTree tree;
  tree.put("/a", "same");
  ASSERT_TRUE(tree.make_hard_link("/a", "/b"));
  const Saving saved(tree, "M", protection(Data::encrypted));
  EXPECT_EQ(saved.records.summary(), "1:1 1:22 1:20 1:19 1:3 2:1 2:3 3:1");
  EXPECT_EQ(saved.announced("/b"), StreamId::file_data);
}

TEST(EncryptedBackup, SignsOpenDataWhereOnlySignaturesAreWanted) {
  MemoryTree tree;
  tree.put("/f", "hello\n");
  tree.put("/large", noise(3'000'000));
  const Saving saved(tree, "S4s", protection(Data::open));
  EXPECT_EQ(as_text(saved.records.stream(1, StreamId::sparse_data)).substr(8), "hello\n");
  EXPECT_FALSE(saved.records.stream(1, StreamId::signature).empty());
  EXPECT_TRUE(saved.records.stream(1, StreamId::encryption_session).empty());
  EXPECT_TRUE(content(*restored_by(client_pair(), saved), "/large") == noise(3'000'000));
}

TEST(EncryptedBackup, TellsARestoreWhereDataWasTamperedWith) {
  MemoryTree tree;
  tree.put("/f", "pay 10 to Alice");
  const Saving saved(tree, "", protection(Data::open));
  MadeArchive forged;
  for (const auto& record : saved.records.records()) {
    if (record.file_index > 1) break;
    if (record.stream == StreamId::unix_attributes)
      forged.add(format::FileType::regular, "/f", 0100644, 15);
    else
      forged.put(record.stream,
                 record.stream == StreamId::file_data ? as_bytes("pay 99 to Alice") : Bytes(record.payload));
  }
  MemoryTree target;
  auto ring = std::make_shared<crypto::KeyRing>();
  ring->add_key_pair(client_pair().both(), "keys.pem");
  RestoreOptions options;
  options.keys = ring;
  const Result result(forged, target, options);
  EXPECT_EQ(result.totals.errors, 1U);
  EXPECT_THAT(result.report.text(), HasSubstr("Signature validation failed for file /f"));
}

TEST(EncryptedBackup, EndsFilesThatBecomeShorterProperly) {
  for (const std::size_t left : {0U, 1000U, 1'500'000U}) {
    MemoryTree tree;
    tree.put("/f", noise(left));
    tree.find("/f")->stat.size = 3'000'000;  // what the walk is told, and the attributes
    const Saving saved(tree, "Z1", protection(Data::encrypted));
    ReportList report;
    const auto target = restored_by(client_pair(), saved, &report);
    EXPECT_TRUE(content(*target, "/f") == noise(left)) << left;
    EXPECT_THAT(report.text(), testing::Not(HasSubstr("ecrypt"))) << left;
  }
}

TEST(EncryptedBackup, EndsWhereReadingALargeFileFails) {
  for (int fail_at = 1; fail_at < 12; fail_at += 2) {
    MemoryTree tree;
    tree.put("/f", noise(2'500'000));
    std::atomic<int> reads = 0;
    tree::FaultySource faulty(tree, [&](tree::SourceCall call, const std::string&) {
      return call == tree::SourceCall::read && ++reads == fail_at ? std::make_error_code(std::errc::io_error)
                                                                  : std::error_code();
    });
    const Saving saved(faulty, "Zf4", protection(Data::encrypted));
    EXPECT_EQ(saved.totals.errors > 0, reads >= fail_at);
    ReportList report;
    const auto got = content(*restored_by(client_pair(), saved, &report), "/f");
    EXPECT_TRUE(noise(2'500'000).starts_with(got)) << fail_at << " " << got.size();
  }
}

}  // namespace
}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/restore.h"
#include "base/endian.h"
#include "codec/compression.h"
#include "format/compression_header.h"
#include "testing/archive/made_archive.h"
#include "testing/crypto/test_key_pair.h"

namespace holdfast::archive {
namespace {

using crypto::client_pair;
using crypto::DataCipher;
using crypto::DigestKind;
using crypto::master_pair;
using crypto::stranger_pair;
using crypto::TestKeyPair;
using format::FileType;
using format::StreamId;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tree::MemoryTree;

std::shared_ptr<const crypto::KeyRing> ring_of(const std::string& pem) {
  auto ring = std::make_shared<crypto::KeyRing>();
  ring->add_key_pair(pem, "keys.pem");
  return ring;
}

RestoreOptions with_keys(const TestKeyPair& pair,
                         Signatures signatures = Signatures::checked_where_there_are) {
  RestoreOptions options;
  options.keys = ring_of(pair.both());
  options.signatures = signatures;
  return options;
}

/// Encrypted files as a client would save them for itself and a master key.
class EncryptedArchive : public MadeArchive {
 public:
  void encrypted(const std::string& name, const std::vector<std::string>& blocks,
                 StreamId stream = StreamId::encrypted_data, std::size_t record_size = 16,
                 std::optional<std::int64_t> size = std::nullopt) {
    std::string whole;
    for (const auto& block : blocks) whole += block;
    add(FileType::regular, name, 0100644, size.value_or(static_cast<std::int64_t>(whole.size())), "", stream);
    put(StreamId::encryption_session, session_);
    Buffer plain;
    for (const auto& block : blocks) append_block(plain, stream, block);
    const auto encrypted = encrypt_stream(key_, plain);
    for (Bytes left = encrypted; !left.empty() && !blocks.empty();
         left = left.subspan(std::min(record_size, left.size())))
      put(stream, left.first(std::min(record_size, left.size())));
  }
  void encrypted_and_signed(const std::string& name, const std::string& text, const TestKeyPair& signer,
                            DigestKind kind = DigestKind::sha256) {
    encrypted(name, {text});
    put(StreamId::signature, signature_record(kind, as_bytes(text), {&signer}));
  }

 private:
  static void append_block(Buffer& to, StreamId stream, const std::string& block) {
    Buffer stored = to_buffer(block);
    if (stream == StreamId::encrypted_compressed_data) {
      const auto compressor = codec::make_compressor({codec::Algorithm::gzip, 6});
      const auto compressed = compressor->compress(as_bytes(block));
      format::CompressionHeader header;
      header.compressed_size = static_cast<std::uint32_t>(compressed.size());
      stored.resize(format::CompressionHeader::size);
      format::store(stored.data(), header);
      append(stored, compressed);
    }
    ByteWriter writer(to);
    writer.put(static_cast<std::uint32_t>(stored.size()));
    writer.put_bytes(stored);
  }

  crypto::SessionKey key_ = crypto::counting_key(DataCipher::aes256);
  Buffer session_ = session_record(key_, {&client_pair(), &master_pair()});
};

TEST(EncryptedRestore, BringsBackFilesWithTheKeyOfAnyRecipient) {
  for (const auto* owner : {&client_pair(), &master_pair()})
    for (const std::size_t record_size : {16U, 48U, 100'000U}) {
      MemoryTree target;
      EncryptedArchive archive;
      const std::string large(70'000, 'x');
      archive.encrypted("/plain", {"hello\n", "world\n"}, StreamId::encrypted_data, record_size);
      archive.encrypted("/compressed", {large, "world\n"}, StreamId::encrypted_compressed_data, record_size);
      archive.encrypted("/empty", {});
      archive.file("/open", "x");
      auto options = with_keys(*owner);
      options.workers = record_size == 48 ? 3 : 1;
      const Result result(archive, target, options);
      EXPECT_EQ(content(target, "/plain"), "hello\nworld\n");
      EXPECT_TRUE(content(target, "/compressed") == large + "world\n");
      EXPECT_EQ(content(target, "/empty"), "");
      EXPECT_EQ(content(target, "/open"), "x");
      EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
    }
}

TEST(EncryptedRestore, UnwrapsWindowsDataAndOldStreams) {
  Buffer headed;
  ByteWriter writer(headed);
  writer.put(std::uint32_t{1}, std::endian::little);
  writer.put(std::uint32_t{0}, std::endian::little);
  writer.put(std::uint64_t{4}, std::endian::little);
  writer.put(std::uint32_t{0}, std::endian::little);
  writer.put_text("data");
  const std::string in_windows(as_text(headed));
  const auto compressor = codec::make_compressor({codec::Algorithm::gzip, 6});
  const auto zlib = [&](std::string_view text) {
    return std::string(as_text(compressor->compress(as_bytes(text))));
  };
  const std::vector<std::pair<StreamId, std::vector<std::string>>> streams{
      {StreamId::encrypted_windows_data, {in_windows.substr(0, 9), in_windows.substr(9)}},
      {StreamId::encrypted_gzip_data, {zlib("da"), zlib("ta")}},
      {StreamId::encrypted_windows_gzip_data, {zlib(in_windows.substr(0, 9)), zlib(in_windows.substr(9))}},
  };
  for (const auto& [stream, blocks] : streams) {
    MemoryTree target;
    EncryptedArchive archive;
    archive.encrypted("/file", blocks, stream, 16, 4);
    archive.put(StreamId::signature,
                signature_record(DigestKind::sha256,
                                 as_bytes(stream == StreamId::encrypted_gzip_data ? "data" : in_windows),
                                 {&client_pair()}));
    const Result result(archive, target, with_keys(client_pair()));
    EXPECT_EQ(content(target, "/file"), "data") << number(stream);
    EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
  }
}

TEST(EncryptedRestore, LeavesFilesInPlaceThatNoKeyUnlocksAndRestoresTheOthers) {
  for (const bool has_a_key : {false, true}) {
    MemoryTree target;
    target.put("/secret", "the old one");
    EncryptedArchive archive;
    archive.encrypted("/secret", {"the new one"});
    archive.encrypted("/empty", {});
    archive.file("/open", "x");
    const Result result(archive, target, has_a_key ? with_keys(stranger_pair()) : RestoreOptions());
    EXPECT_EQ(content(target, "/secret"), "the old one");
    EXPECT_EQ(content(target, "/empty"), "");
    EXPECT_EQ(content(target, "/open"), "x");
    EXPECT_EQ(result.totals.errors, 1U);
    EXPECT_THAT(result.report.text(),
                AllOf(HasSubstr("/secret was not restored: "),
                      HasSubstr(has_a_key ? "Missing private key required" : "No private decryption keys"),
                      HasSubstr(crypto::printed_key_id(client_pair().id())),
                      HasSubstr(crypto::printed_key_id(master_pair().id()))));
  }
}

TEST(EncryptedRestore, SumsUpManyFilesThatNoKeyUnlocks) {
  MemoryTree target;
  EncryptedArchive archive;
  for (int i = 0; i < 40; ++i) archive.encrypted(fmt::format("/{}", i), {"x"});
  const Result result(archive, target, {.where = "", .regex_where = "", .workers = 1});
  EXPECT_EQ(result.totals.errors, 40U);
  EXPECT_EQ(result.report.messages.size(), 26U);
  EXPECT_THAT(result.report.text(),
              HasSubstr("40 files were not restored because no key unlocks their data"));
}

TEST(EncryptedRestore, TellsOfDataThatIsDamagedOrCutOff) {
  MemoryTree target;
  EncryptedArchive archive;
  archive.encrypted("/good", {"hello\n"});
  archive.add(FileType::regular, "/noise", 0100644, 16, "", StreamId::encrypted_data);
  archive.put(StreamId::encryption_session, archive.records().records()[1].payload);
  archive.put(StreamId::encrypted_data, as_bytes(std::string(48, 'x')));
  archive.add(FileType::regular, "/cut", 0100644, 16, "", StreamId::encrypted_data);
  archive.put(StreamId::encryption_session, archive.records().records()[1].payload);
  archive.put(StreamId::encrypted_data, as_bytes("0123456789"));
  archive.encrypted("/next", {"world\n"});
  const Result result(archive, target, with_keys(client_pair()));
  EXPECT_EQ(content(target, "/good"), "hello\n");
  EXPECT_EQ(content(target, "/next"), "world\n");
  EXPECT_THAT(result.report.text(), AllOf(HasSubstr("Data of /noise: "), HasSubstr("Data of /cut: ")));
}

TEST(EncryptedRestore, TellsOfSessionRecordsThatAreDamaged) {
  EncryptedArchive whole;
  whole.encrypted("/file", {"hello\n"});
  const auto& session = whole.records().records()[1].payload;
  for (std::size_t size = 0; size < session.size(); size += 7) {
    MemoryTree target;
    EncryptedArchive archive;
    archive.add(FileType::regular, "/file", 0100644, 6, "", StreamId::encrypted_data);
    archive.put(StreamId::encryption_session, Bytes(session).first(size));
    archive.put(StreamId::encrypted_data, whole.records().records()[2].payload);
    archive.file("/next", "x");
    const Result result(archive, target, with_keys(client_pair()));
    EXPECT_EQ(result.totals.errors, 1U);
    EXPECT_EQ(content(target, "/file"), "(none)");
    EXPECT_EQ(content(target, "/next"), "x");
  }
}

TEST(EncryptedRestore, VerifiesSignaturesOfEveryAlgorithm) {
  for (const auto kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256, DigestKind::sha512}) {
    MemoryTree target;
    EncryptedArchive archive;
    for (const auto* name : {"/a", "/b", "/c"}) archive.encrypted_and_signed(name, name, client_pair(), kind);
    const Result result(archive, target, with_keys(client_pair(), Signatures::required));
    EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
  }
}

TEST(EncryptedRestore, TellsOfFilesThatAreNotWhatWasSigned) {
  MemoryTree target;
  EncryptedArchive archive;
  archive.encrypted("/changed", {"evil\n"});
  archive.put(StreamId::signature,
              signature_record(DigestKind::sha256, as_bytes("good\n"), {&client_pair()}));
  archive.encrypted_and_signed("/good", "good\n", client_pair());
  const Result result(archive, target, with_keys(client_pair()));
  EXPECT_EQ(result.totals.errors, 1U);
  EXPECT_THAT(result.report.text(), HasSubstr("Signature validation failed for file /changed: ERR="));
}

TEST(EncryptedRestore, MissesSignaturesOnlyWhereTheyAreRequired) {
  for (const auto signatures : {Signatures::required, Signatures::checked_where_there_are}) {
    MemoryTree target;
    MadeArchive archive;
    archive.file("/open", "x");
    archive.add(FileType::directory, "/directory/", 040755);
    const Result result(archive, target, with_keys(client_pair(), signatures));
    const auto missing = HasSubstr("Missing cryptographic signature for /open");
    if (signatures == Signatures::required) {
      EXPECT_THAT(result.report.text(), missing);
      EXPECT_EQ(result.totals.errors, 1U);
    } else {
      EXPECT_EQ(result.totals.errors, 0U);
    }
  }
}

TEST(EncryptedRestore, SaysWhoseSignaturesItDidNotVerify) {
  MemoryTree target;
  EncryptedArchive archive;
  for (const auto* name : {"/a", "/b"}) archive.encrypted_and_signed(name, name, stranger_pair());
  const Result result(archive, target, with_keys(client_pair(), Signatures::required));
  EXPECT_EQ(result.totals.errors, 0U);
  EXPECT_EQ(result.totals.warnings, 1U);
  EXPECT_THAT(result.report.text(), AllOf(HasSubstr("The signatures of 2 files were not verified"),
                                          HasSubstr(crypto::printed_key_id(stranger_pair().id()))));
}

}  // namespace
}  // namespace holdfast::archive

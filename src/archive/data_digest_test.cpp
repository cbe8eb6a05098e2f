// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_digest.h"

#include <gtest/gtest.h>

#include "format/packed_stat.h"
#include "testing/crypto/test_key_pair.h"

namespace holdfast::archive {
namespace {

using crypto::DigestKind;
using format::StreamId;

selection::FileSet with_signature(std::optional<DigestKind> kind) {
  selection::FileSet files;
  files.includes.emplace_back().options.emplace_back().signature = kind;
  return files;
}

/// Attributes whose text lives as long as this.
struct File {
  explicit File(std::int64_t size, format::FileType type = format::FileType::regular) {
    format::PackedStat stat;
    stat.size = size;
    packed = format::pack(stat);
    attributes.type = type;
    attributes.name = "/a";
    attributes.packed_stat = packed;
  }
  std::string packed;
  format::Attributes attributes;
};

std::string at(char position, std::string_view text) {
  return std::string(7, '\0') + position + std::string(text);
}

TEST(DataDigest, IsThatOfTheWholeData) {
  DataDigest digest(with_signature(DigestKind::md5));
  for (int round = 0; round < 2; ++round) {
    digest.start_file(File(11).attributes);
    digest.data(StreamId::file_data, as_bytes("hello "));
    digest.data(StreamId::file_data, as_bytes("world"));
    const auto found = digest.finish(StreamId::md5_digest);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, crypto::digest_of(DigestKind::md5, as_bytes("hello world")));
  }
}

TEST(DataDigest, CountsWhatWasStoredAndNoHoles) {
  DataDigest digest(with_signature(DigestKind::sha256));
  digest.start_file(File(6).attributes);
  digest.data(StreamId::sparse_data, as_bytes(at(0, "a")));
  digest.data(StreamId::sparse_data, as_bytes(at(4, "bc")));
  const auto found = digest.finish(StreamId::sha256_digest);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, crypto::digest_of(DigestKind::sha256, as_bytes("abc")));
}

TEST(DataDigest, OfAnEmptyFileNeedsNoData) {
  DataDigest digest(with_signature(std::nullopt));
  digest.start_file(File(0).attributes);
  EXPECT_EQ(digest.finish(StreamId::xxh128_digest).value(), crypto::digest_of(DigestKind::xxh128, {}));
}

TEST(DataDigest, OfAnotherNameOfAFileIsNotComputed) {
  DataDigest digest(with_signature(DigestKind::md5));
  digest.start_file(File(5, format::FileType::hard_link_saved).attributes);
  EXPECT_EQ(digest.finish(StreamId::md5_digest).error(), "");
}

TEST(DataDigest, IsThatOfWhatWasEncrypted) {
  const crypto::TestKeyPair owner;
  crypto::KeyRing keys;
  keys.add_key_pair(owner.both(), "keys.pem");
  const auto key = crypto::counting_key(crypto::DataCipher::aes128);
  const auto encrypted = crypto::encrypt_stream(key, as_bytes(std::string_view("\0\0\0\6hello\n", 10)));
  for (const auto* ring : {static_cast<const crypto::KeyRing*>(nullptr), &std::as_const(keys)}) {
    DataDigest digest(with_signature(DigestKind::md5), ring);
    digest.start_file(File(6).attributes);
    digest.session(crypto::session_record(key, {&owner}));
    digest.data(StreamId::encrypted_data, encrypted);
    const auto found = digest.finish(StreamId::md5_digest);
    if (ring == nullptr) {
      EXPECT_NE(found.error().find("No private decryption keys"), std::string::npos);
    } else {
      EXPECT_EQ(found.value(), crypto::digest_of(DigestKind::md5, as_bytes("hello\n")));
    }
  }
}

TEST(DataDigest, SaysWhatItCannotRead) {
  DataDigest digest(with_signature(DigestKind::md5));
  digest.start_file(File(5).attributes);
  digest.data(StreamId::encrypted_data, as_bytes("xxxxx"));
  EXPECT_EQ(digest.finish(StreamId::md5_digest).error(), "no session key came before the encrypted data");
  digest.start_file(File(5).attributes);
  digest.data(StreamId::file_data, as_bytes("12345"));
  EXPECT_NE(digest.finish(StreamId::sha1_digest).error().find("its digest is SHA1"), std::string::npos);
  digest.start_file(File(5).attributes);
  digest.data(StreamId::sparse_data, as_bytes("short"));
  EXPECT_FALSE(digest.finish(StreamId::md5_digest));
}

}  // namespace
}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include "format/compression_header.h"
#include "format/xattr_stream.h"
#include "testing/format/bytes_of.h"

namespace holdfast::format {
namespace {

using testing_support::bytes_of;

TEST(CompressionHeaders, AreReadFromTheVectors) {
  const auto lz4 = bytes_of(
      "465a344c 00000026 0001 0001 466173744c5a00 18 06000000 06000000 68656c6c6f0a 466173744c5a00 c8 "
      "00000000 00000000");
  const auto parsed = parse_compressed(lz4);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->header, (CompressionHeader{CompressionAlgorithm::lz4, 38, 1, 1}));
  EXPECT_EQ(parsed->data.size(), 38U);
  Buffer written(CompressionHeader::size);
  store(written.data(), parsed->header);
  EXPECT_TRUE(equal(written, Bytes(lz4).first(CompressionHeader::size)));
}

TEST(CompressionHeaders, OfEveryPrefixAreRefused) {
  const auto gzip = bytes_of("475a4950 0000000e 0009 0001 78dacb48cdc9c9e70200084b021f");
  for (std::size_t length = 0; length < gzip.size(); ++length) {
    EXPECT_FALSE(parse_compressed(Bytes(gzip).first(length))) << length;
  }
  EXPECT_TRUE(parse_compressed(gzip));
}

TEST(CompressionHeaders, ThatAreWrongSayWhy) {
  EXPECT_EQ(parse_compressed(bytes_of("475a4950 00000000 0009 0002")).error(),
            "Compressed header version error. version=0x2");
  EXPECT_EQ(parse_compressed(bytes_of("475a4950 00000005 0009 0001 00")).error(),
            "Compressed header size error. comp_len=5, message_length=13");
  EXPECT_EQ(parse_compressed(bytes_of("4e4f4e45 00000000 0009 0001")).error(),
            "Compression algorithm 0x4e4f4e45 found, but not supported!");
}

TEST(SparseRecords, StartWithTheirOffset) {
  const auto payload = bytes_of("00000000002fffa0 465a");
  const auto sparse = parse_sparse(payload);
  ASSERT_TRUE(sparse);
  EXPECT_EQ(sparse->offset, 3145632U);
  EXPECT_EQ(sparse->data.size(), 2U);
  EXPECT_FALSE(parse_sparse(Bytes(payload).first(7)));
}

TEST(XattrStream, AgreesWithTheVector) {
  Buffer payload;
  append_xattr(payload, {"user.foo", as_bytes("bar")});
  EXPECT_EQ(payload, bytes_of("005c5884 00000008 757365722e666f6f 00000003 626172"));
  append_xattr(payload, {"user.empty", {}});
  const auto parsed = parse_xattrs(payload);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 2U);
  EXPECT_EQ(parsed->at(0).name, "user.foo");
  EXPECT_EQ(as_text(parsed->at(0).value), "bar");
  EXPECT_EQ(parsed->at(1).name, "user.empty");
}

TEST(XattrStream, CutOrWithAnotherMagicIsRefused) {
  const auto whole = bytes_of("005c5884 00000008 757365722e666f6f 00000003 626172");
  for (std::size_t length = 1; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_xattrs(Bytes(whole).first(length))) << length;
  }
  EXPECT_FALSE(parse_xattrs(bytes_of("005c5885 00000000 00000000")));
  EXPECT_FALSE(parse_xattrs(bytes_of("005c5884 ffffffff 00")));
  EXPECT_TRUE(parse_xattrs({})->empty());
}

}  // namespace
}  // namespace holdfast::format

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/stream.h"

#include <gtest/gtest.h>

namespace holdfast::format {
namespace {

StreamId id(std::int32_t value) { return static_cast<StreamId>(value); }

TEST(Streams, AreSortedByWhatTheirPayloadIs) {
  for (const int data : {2, 4, 6, 7, 11, 12, 20, 21, 23, 24, 29, 30, 31, 32, 33}) {
    EXPECT_TRUE(is_file_data(id(data))) << data;
    EXPECT_EQ(traits(id(data)).id, id(data));
  }
  for (const int digest : {3, 10, 17, 18, 40}) {
    EXPECT_TRUE(is_digest(id(digest))) << digest;
    EXPECT_GT(digest_size(id(digest)), 0U) << digest;
  }
  EXPECT_TRUE(is_attributes(id(1)));
  EXPECT_TRUE(is_attributes(id(5)));
  for (const int acl : {15, 16, 1000, 1008, 1020}) EXPECT_EQ(traits(id(acl)).kind, StreamKind::acl) << acl;
  for (const int xattr : {1988, 1998, 1999}) EXPECT_EQ(traits(id(xattr)).kind, StreamKind::xattr) << xattr;
}

TEST(Streams, KnowTheirWrappings) {
  const auto& sparse = traits(StreamId::sparse_compressed_data);
  EXPECT_TRUE(sparse.has_offset && sparse.has_compression_header && !sparse.has_encryption);
  const auto& windows = traits(StreamId::encrypted_windows_compressed_data);
  EXPECT_TRUE(windows.has_encryption && windows.has_compression_header && windows.has_windows_headers);
  EXPECT_TRUE(traits(StreamId::sparse_gzip_data).has_bare_zlib);
  EXPECT_FALSE(traits(StreamId::compressed_data).has_bare_zlib);
}

TEST(Streams, ThatNobodyKnowsAreUnknownAndHarmless) {
  for (const int unknown : {-1, -2147483647, 0, 34, 39, 41, 998, 1021, 1987, 2000, 2147483647}) {
    EXPECT_EQ(traits(id(unknown)).kind, StreamKind::unknown) << unknown;
  }
}

}  // namespace
}  // namespace holdfast::format

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/endian.h"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

TEST(Endian, WhatIsWrittenIsReadBack) {
  Buffer buffer;
  ByteWriter writer(buffer);
  writer.put<std::uint32_t>(0x01020304);
  writer.put<std::int64_t>(-2);
  writer.put<std::uint16_t>(0x0102, std::endian::little);
  writer.put_terminated("name");
  EXPECT_EQ(buffer[0], std::byte{1});
  EXPECT_EQ(buffer[12], std::byte{2});

  ByteReader reader(buffer);
  EXPECT_EQ(reader.take<std::uint32_t>(), 0x01020304U);
  EXPECT_EQ(reader.take<std::int64_t>(), -2);
  EXPECT_EQ(reader.take<std::uint16_t>(std::endian::little), 0x0102);
  EXPECT_EQ(reader.take_terminated(), "name");
  EXPECT_TRUE(reader.at_end());
}

TEST(Endian, AReadBeyondTheEndTakesNothing) {
  const Buffer buffer = to_buffer("abc");
  ByteReader reader(buffer);
  EXPECT_EQ(reader.take<std::uint32_t>(), std::nullopt);
  EXPECT_EQ(reader.take_bytes(4), std::nullopt);
  EXPECT_EQ(reader.take_terminated(), std::nullopt);
  EXPECT_EQ(reader.left().size(), 3U);
}

}  // namespace
}  // namespace holdfast

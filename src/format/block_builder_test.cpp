// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/block_builder.h"

#include <gtest/gtest.h>

#include <random>

#include "base/endian.h"
#include "format/record_assembler.h"
#include "testing/format/bytes_of.h"

namespace holdfast::format {
namespace {

using testing_support::bytes_of;
using testing_support::slow_crc32;

constexpr VolumeSession session{5, 6};

std::string letters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('A' + i % 26);
  return text;
}

struct Written {
  std::int32_t file_index;
  std::int32_t stream;
  std::string payload;
  bool operator==(const Written&) const = default;
};

std::vector<BuiltBlock> build(const std::vector<Written>& records, std::size_t max_block,
                              VolumeSession of = session) {
  std::vector<BuiltBlock> blocks;
  BlockBuilder builder(of, max_block);
  for (const auto& record : records) {
    BlockBuilder::Outgoing outgoing{
        .file_index = record.file_index, .stream = record.stream, .left = as_bytes(record.payload)};
    while (!builder.add(outgoing)) blocks.push_back(builder.take_block(slow_crc32));
  }
  if (!builder.is_empty()) blocks.push_back(builder.take_block(slow_crc32));
  return blocks;
}

std::vector<Written> read(const std::vector<BuiltBlock>& blocks) {
  std::vector<Written> records;
  RecordAssembler assembler;
  for (const auto& block : blocks) {
    const auto header = parse_block_header(block.bytes);
    EXPECT_TRUE(header);
    EXPECT_EQ(header->length, block.bytes.size());
    EXPECT_EQ(header->checksum, slow_crc32(checksummed_part(block.bytes)));
    RecordCursor cursor(block.bytes);
    while (const auto piece = cursor.next()) {
      if (const auto record = assembler.add(header->session, *piece)) {
        records.push_back({record->file_index, record->stream, std::string(as_text(record->payload))});
      }
    }
    EXPECT_FALSE(cursor.is_damaged());
  }
  return records;
}

TEST(BlockBuilder, CutsARecordAsTheVectorShows) {
  const auto blocks = build({{1, 2, letters(60)}}, 64);
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0].bytes,
            bytes_of("6ffd4687 00000040 00000000 42423032 00000005 00000006 00000001 00000002 0000003c"
                     "41424344 45464748 494a4b4c 4d4e4f50 51525354 55565758 595a4142"));
  EXPECT_EQ(blocks[1].bytes,
            bytes_of("ec58db31 00000040 00000001 42423032 00000005 00000006 00000001 fffffffe 00000020"
                     "43444546 4748494a 4b4c4d4e 4f505152 53545556 5758595a 41424344"));
  EXPECT_EQ(
      blocks[2].bytes,
      bytes_of("6a7e2f0c 00000028 00000002 42423032 00000005 00000006 00000001 fffffffe 00000004 45464748"));
  for (const auto& block : blocks) {
    EXPECT_EQ(block.first_index, 1U);
    EXPECT_EQ(block.last_index, 1U);
  }
}

TEST(BlockBuilder, TellsWhichFilesABlockHolds) {
  const auto blocks = build({{-4, 7, "label"}, {1, 1, "a"}, {2, 1, "b"}, {3, 2, letters(200)}}, 128);
  ASSERT_GE(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].first_index, 1U);
  EXPECT_EQ(blocks[0].last_index, 3U);
  EXPECT_EQ(blocks[1].first_index, 3U);
}

TEST(BlockBuilder, KnowsWhetherALabelFitsUncut) {
  BlockBuilder builder(session, 64);
  EXPECT_TRUE(builder.has_room_for(28));
  EXPECT_FALSE(builder.has_room_for(29));
}

TEST(BlockBuilder, LosesNothingAtAnyBlockSizeAndPayload) {
  for (std::size_t size = 64; size < 100; ++size) {
    for (std::size_t payload = 0; payload < 120; ++payload) {
      const std::vector<Written> records{
          {1, 1, letters(payload)}, {1, 2, letters(payload / 2)}, {2, 1, ""}, {2, 3, "x"}};
      ASSERT_EQ(read(build(records, size)), records) << size << " " << payload;
    }
  }
}

TEST(RecordAssembler, KeepsInterleavedSessionsApart) {
  const std::vector<Written> first{{1, 1, letters(300)}, {2, 1, "end"}};
  const std::vector<Written> second{{1, 1, letters(500)}};
  auto a = build(first, 64, {1, 9});
  auto b = build(second, 100, {2, 9});
  std::vector<BuiltBlock> mixed;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size()) mixed.push_back(a[i]);
    if (i < b.size()) mixed.push_back(b[i]);
  }
  auto records = read(mixed);
  EXPECT_EQ(records.size(), 3U);
  EXPECT_TRUE(std::count(records.begin(), records.end(), second[0]) == 1);
  EXPECT_TRUE(std::count(records.begin(), records.end(), first[0]) == 1);
}

TEST(RecordAssembler, DropsFragmentsWithoutTheirStart) {
  auto blocks = build({{1, 2, letters(100)}, {2, 1, "whole"}}, 64);
  blocks.erase(blocks.begin());
  const std::vector<Written> expected{{2, 1, "whole"}};
  EXPECT_EQ(read(blocks), expected);
}

TEST(RecordAssembler, DropsARecordWithAHoleInTheMiddle) {
  auto blocks = build({{1, 2, letters(200)}, {2, 1, "whole"}}, 64);
  blocks.erase(blocks.begin() + 1);
  const std::vector<Written> expected{{2, 1, "whole"}};
  EXPECT_EQ(read(blocks), expected);
}

TEST(RecordCursor, StopsAtImpossibleLengths) {
  auto block = build({{1, 2, "payload"}}, 64).front().bytes;
  block[BlockHeader::size + 8] = std::byte{0x7f};
  RecordCursor cursor(block);
  EXPECT_FALSE(cursor.next());
  EXPECT_TRUE(cursor.is_damaged());
}

TEST(RecordCursor, StopsAtAStreamWithoutNegation) {
  auto block = build({{1, 2, "payload"}}, 64).front().bytes;
  holdfast::store(block.data() + BlockHeader::size + 4, std::numeric_limits<std::int32_t>::min());
  RecordCursor cursor(block);
  EXPECT_FALSE(cursor.next());
  EXPECT_TRUE(cursor.is_damaged());
}

TEST(BlockHeaders, AreRefusedWhenTheyCannotBeRight) {
  const auto block = build({{1, 2, "payload"}}, 64).front().bytes;
  for (std::size_t length = 0; length < BlockHeader::size; ++length) {
    EXPECT_EQ(parse_block_header(Bytes(block).first(length)).error(), BlockFault::too_short);
  }
  auto other = block;
  other[12] = std::byte{'X'};
  EXPECT_EQ(parse_block_header(other).error(), BlockFault::wrong_id);
  auto insane = block;
  insane[4] = std::byte{0x7f};
  EXPECT_EQ(parse_block_header(insane).error(), BlockFault::insane_length);
  insane = block;
  insane[7] = std::byte{23};
  EXPECT_EQ(parse_block_header(insane).error(), BlockFault::insane_length);
}

}  // namespace
}  // namespace holdfast::format

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include <random>

#include "base/endian.h"
#include "base/error.h"
#include "device/dedup_device.h"
#include "format/record.h"
#include "testing/base/golden.h"
#include "testing/device/memory_dedup.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::device {
namespace {

using testing_support::block_of;
using testing_support::MemoryDedup;
using testing_support::MemoryMedium;
using Access = Drive::Access;

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t sum = ~0U;
  for (const auto byte : bytes) {
    sum ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320U : 0U);
  }
  return ~sum;
}

struct Record {
  std::int32_t file_index;
  std::int32_t stream;
  std::uint32_t length;  ///< what its header says
  std::size_t here;      ///< bytes of it in this block
};

/// A block of these records, whose bytes differ.
Buffer block_with(const std::vector<Record>& records, VolumeSession session = {1, 2}) {
  static std::minstd_rand random(4711);
  Buffer block(format::BlockHeader::size);
  for (const auto& record : records) {
    const auto at = block.size();
    block.resize(at + format::RecordHeader::size + record.here);
    format::store(&block[at], format::RecordHeader{record.file_index, record.stream, record.length});
    for (auto i = at + format::RecordHeader::size; i < block.size(); ++i)
      block[i] = static_cast<std::byte>(random() >> 8);
  }
  format::store(block.data(),
                format::BlockHeader{.length = static_cast<std::uint32_t>(block.size()), .session = session});
  return block;
}

std::vector<DedupPart> parts_of(const MemoryDedup& volume, std::size_t count) {
  std::vector<DedupPart> parts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto part = parse_dedup_part(Bytes(volume.parts.contents).subspan(i * DedupPart::size));
    if (part) parts.push_back(*part);
  }
  return parts;
}

/// All blocks, or what the first damaged one suffers from.
std::string read_all(Device& volume, std::vector<Buffer>& blocks) {
  volume.seek(0);
  for (;;) {
    Buffer buffer;
    const auto outcome = volume.read_block(buffer);
    if (std::holds_alternative<EndOfData>(outcome)) return "";
    if (const auto* damage = std::get_if<DamagedBlock>(&outcome)) return damage->why;
    buffer.resize(std::get<BlockRead>(outcome).length);
    blocks.push_back(std::move(buffer));
  }
}

TEST(DedupFormat, EncodesTheConfigOfTheChapter) {
  const DedupConfig config{.blocks = 2, .parts = 0x42, .aligned = 0xf3000, .unaligned = 0x1a59};
  auto bytes = encode(config);
  ASSERT_EQ(bytes.size(), DedupConfig::size);
  EXPECT_EQ(as_text(Bytes(bytes).subspan(24, 37)), "blockspartsaligned.dataunaligned.data");
  const auto number = [&](std::size_t at) { return load<std::uint32_t>(&bytes[at]); };
  const std::vector<std::pair<std::size_t, std::uint32_t>> numbers = {
      {0, 0},    {4, 1},   {8, 0x25},      {12, 1},  {16, 1},       {20, 2},  {61, 0},
      {65, 6},   {69, 0},  {73, 0},        {77, 0},  {81, 2},       {85, 0},  {93, 6},
      {97, 5},   {101, 0}, {105, 0},       {109, 0}, {113, 0x42},   {117, 0}, {125, 11},
      {129, 12}, {133, 0}, {137, 0xf3000}, {141, 0}, {145, 0x1000}, {149, 0}, {157, 0x17},
      {161, 14}, {165, 0}, {169, 0x1a59},  {173, 0}, {177, 1},      {181, 1},
  };
  for (const auto& [at, expected_number] : numbers) EXPECT_EQ(number(at), expected_number) << at;
  const auto parsed = parse_dedup_config(bytes);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->config, config);
  EXPECT_TRUE(parsed->is_sealed);
  bytes[113 + 3] ^= std::byte{1};
  EXPECT_FALSE(parse_dedup_config(bytes)->is_sealed);
}

TEST(DedupFormat, RefusesOtherConfigs) {
  const auto good = encode(DedupConfig{.blocks = 2, .parts = 9, .aligned = 8192, .unaligned = 5});
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_EQ(parse_dedup_config(Bytes(good).first(length)).error(), DedupFault::wrong_size);
  auto longer = good;
  longer.push_back(std::byte{0});
  EXPECT_FALSE(parse_dedup_config(longer));
  for (const std::size_t at : {7U, 11U, 15U, 23U, 30U, 64U, 68U, 160U, 180U, 183U}) {
    auto bad = good;
    bad[at] ^= std::byte{2};
    EXPECT_FALSE(parse_dedup_config(bad)) << at;
  }
  auto odd = good;
  odd[140] = std::byte{1};
  EXPECT_EQ(parse_dedup_config(odd).error(), DedupFault::not_multiple);
}

TEST(DedupFormat, ReadsTheEntryOfTheChapter) {
  const std::uint32_t words[] = {0x70f1b776, 0xb8, 0, 0x42423032, 8, 0x6b0360e6, 2, 0, 0, 0};
  Buffer bytes;
  ByteWriter to(bytes);
  for (const auto word : words) to.put(word);
  const auto block = parse_dedup_block(bytes);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->header.length, 0xb8U);
  EXPECT_EQ(block->part_count, 2U);
  Buffer again(DedupBlock::size);
  store(again.data(), *block);
  EXPECT_EQ(again, bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(parse_dedup_block(Bytes(bytes).first(length)));
}

TEST(DedupDevice, PlacesPiecesAsTheChapterHasThem) {
  MemoryDedup volume;
  const auto device = volume.open();
  device->write_block(block_with({{-2, 0, 124, 124}}));
  device->write_block(
      block_with({{-4, 7, 128, 128}, {1, 1, 87, 87}, {1, 2, 262144, 262144}, {2, 2, 37856, 37856}}));
  const std::vector<DedupPart> expected = {
      {1, 12, 0},   {1, 124, 12},   {1, 12, 136}, {1, 128, 148},      {1, 12, 276},  {1, 87, 288},
      {1, 12, 375}, {0, 262144, 0}, {1, 12, 387}, {0, 36864, 262144}, {1, 992, 399},
  };
  EXPECT_EQ(parts_of(volume, expected.size()), expected);
}

TEST(DedupDevice, ContinuesARecordInTheRoomThatWasReservedForIt) {
  MemoryDedup volume;
  const auto device = volume.open();
  const VolumeSession other{9, 9};
  const std::vector<Buffer> blocks = {
      block_with({{1, 2, 10000, 3000}}), block_with({{1, 2, 5000, 1000}}, other),
      block_with({{1, -2, 7000, 7000}}), block_with({{1, -2, 4000, 4000}}, other),
      block_with({{7, -2, 4000, 4000}}),  // begun on a volume before this one
  };
  for (const auto& block : blocks) EXPECT_EQ(device->write_block(block), Device::Written::ok);
  const std::vector<DedupPart> expected = {
      {1, 12, 0},      {0, 3000, 0},     // room: 8192 at 0, 1808 at 12
      {1, 12, 1820},   {0, 1000, 8192},  // room: 4096 at 8192, 904 at 1832
      {1, 12, 2736},   {0, 5192, 3000}, {1, 1808, 12}, {1, 12, 2748},
      {0, 3096, 9192}, {1, 904, 1832},  {1, 12, 2760}, {1, 4000, 2772},
  };
  EXPECT_EQ(parts_of(volume, expected.size()), expected);
  std::vector<Buffer> found;
  EXPECT_EQ(read_all(*device, found), "");
  EXPECT_EQ(found, blocks);
}

TEST(DedupDevice, GivesBackWhatIsNoRecord) {
  MemoryDedup volume;
  const auto device = volume.open();
  auto short_rest = block_with({{1, 2, 100, 100}});
  short_rest.resize(short_rest.size() + 7, std::byte{0xab});
  format::store(
      short_rest.data(),
      format::BlockHeader{.length = static_cast<std::uint32_t>(short_rest.size()), .session = {1, 2}});
  const std::vector<Buffer> blocks = {short_rest, block_of(500, 0xff), block_of(24, 1),
                                      block_with({{1, 2, 0, 0}, {1, 3, 0, 0}})};
  for (const auto& block : blocks) device->write_block(block);
  std::vector<Buffer> found;
  EXPECT_EQ(read_all(*device, found), "");
  EXPECT_EQ(found, blocks);
}

TEST(DedupDevice, EmptiesTheVolumeWhenItsFirstBlockIsWrittenAgain) {
  MemoryDedup volume;
  const auto device = volume.open();
  for (std::uint8_t i = 0; i < 5; ++i) device->write_block(block_of(5000, i));
  device->seek(0);
  device->write_block(block_of(70, 9));
  device->flush();
  std::vector<Buffer> found;
  EXPECT_EQ(read_all(*volume.open(Access::read), found), "");
  EXPECT_EQ(found, std::vector<Buffer>{block_of(70, 9)});
}

TEST(DedupDevice, IsFullWhenOneOfItsFilesIs) {
  for (int file = 1; file < 5; ++file) {
    MemoryDedup volume;
    auto device = volume.open();
    const std::vector<Buffer> blocks = {block_with({{1, 2, 9000, 9000}})};
    device->write_block(blocks[0]);
    device->flush();
    auto& full = *volume.files()[static_cast<std::size_t>(file)];
    const std::uint64_t used[] = {0, DedupBlock::size, 3 * DedupPart::size, 8192, 832};
    full.capacity = used[file];
    EXPECT_EQ(device->write_block(block_with({{2, 2, 9000, 9000}})), Device::Written::end_of_medium) << file;
    EXPECT_EQ(device->position(), 1U);
    std::vector<Buffer> found;
    EXPECT_EQ(read_all(*volume.open(Access::read), found), "");
    EXPECT_EQ(found, blocks);
    full.capacity = SIZE_MAX;
    EXPECT_EQ(device->write_block(block_with({{2, 2, 9000, 9000}})), Device::Written::ok);
    found.clear();
    EXPECT_EQ(read_all(*device, found), "");
    EXPECT_EQ(found.size(), 2U);
  }
}

TEST(DedupDevice, HasAllFlushedBlocksAfterAPowerCutWhateverBecameOfItsFiles) {
  MemoryDedup before;
  Buffer old_config;
  std::vector<Buffer> flushed;
  {
    const auto device = before.open();
    const auto write = [&](int i) {
      auto block = block_with({{i, 1, 90, 90}, {i, 2, 9000, 9000}});
      device->write_block(block);
      return block;
    };
    for (int i = 0; i < 4; ++i) flushed.push_back(write(i));
    device->flush();
    old_config = before.config.contents;
    const auto safe = before;
    for (int i = 4; i < 7; ++i) write(i);
    device->flush();
    for (std::size_t i = 0; i < before.files().size(); ++i)
      before.files()[i]->durable = MemoryDedup(safe).files()[i]->contents;
  }
  // Each file is as it was written or as it was flushed, and config anything in between.
  for (unsigned kept = 0; kept < 16; ++kept) {
    for (std::size_t torn = 0; torn <= DedupConfig::size; torn += 3) {
      auto after = before;
      const auto files = after.files();
      for (std::size_t i = 1; i < files.size(); ++i) {
        if ((kept >> (i - 1) & 1) == 0) files[i]->contents = files[i]->durable;
      }
      std::copy(old_config.begin() + static_cast<std::ptrdiff_t>(torn), old_config.end(),
                after.config.contents.begin() + static_cast<std::ptrdiff_t>(torn));
      const auto device = after.open();
      std::vector<Buffer> found;
      read_all(*device, found);
      ASSERT_GE(found.size(), flushed.size()) << kept << " " << torn;
      ASSERT_TRUE(std::equal(flushed.begin(), flushed.end(), found.begin())) << kept << " " << torn;
      // And what is written from there on damages nothing.
      device->truncate(flushed.size());
      const auto more = block_with({{9, 2, 20000, 20000}});
      device->write_block(more);
      device->flush();
      found.clear();
      ASSERT_EQ(read_all(*after.open(Access::read), found), "");
      ASSERT_EQ(found.size(), flushed.size() + 1);
      ASSERT_TRUE(std::equal(flushed.begin(), flushed.end(), found.begin()));
      ASSERT_EQ(found.back(), more);
    }
  }
}

TEST(DedupDevice, CallsABlockDamagedWhoseEntriesMakeNoSense) {
  MemoryDedup volume;
  const auto device = volume.open();
  device->write_block(block_with({{1, 2, 9000, 9000}}));
  device->write_block(block_with({{2, 2, 9000, 9000}}));
  const auto good = volume;
  const auto damage = [&](MemoryMedium MemoryDedup::*file, std::size_t at, std::uint32_t value) {
    volume = good;
    holdfast::store((volume.*file).contents.data() + at, value);
    std::vector<Buffer> found;
    return read_all(*device, found);
  };
  EXPECT_NE(damage(&MemoryDedup::blocks, 12, 0), "");
  EXPECT_NE(damage(&MemoryDedup::blocks, 24, 2), "") << "fewer parts";
  EXPECT_NE(damage(&MemoryDedup::blocks, 24, 4), "") << "more parts";
  EXPECT_NE(damage(&MemoryDedup::blocks, 24, 0xffffffff), "");
  EXPECT_NE(damage(&MemoryDedup::blocks, 32, 0xffffffff), "");
  EXPECT_NE(damage(&MemoryDedup::parts, 0, 2), "") << "no such file";
  EXPECT_NE(damage(&MemoryDedup::parts, 4, 0xfffffff0), "") << "too long";
  EXPECT_NE(damage(&MemoryDedup::parts, 8, 0xffffffff), "") << "behind the end";
  EXPECT_EQ(damage(&MemoryDedup::blocks, 0, 0), "") << "the checksum is not our business";
}

TEST(DedupDrive, RefusesNonsense) {
  EXPECT_EQ(dedup_block_size(""), 4096U);
  EXPECT_EQ(dedup_block_size("Block Size = 64k"), 65536U);
  EXPECT_THROW(dedup_block_size("blocksize=0"), Error);
  EXPECT_THROW(dedup_block_size("chunksize=5"), Error);
  testing_support::TemporaryDirectory directory;
  EXPECT_THROW(DedupDrive(directory.path(), 4096).create("../V"), Error);
}

TEST(DedupDrive, ReadsTheVolumeOfThePeerAndWritesTheSame) {
  const auto recorded = testing_support::golden("volumes/Golden-dedup");
  if (!recorded) GTEST_SKIP();
  DedupDrive drive(recorded->parent_path().string(), 4096);
  ASSERT_TRUE(drive.has("Golden-dedup"));
  std::vector<Buffer> blocks;
  const auto theirs = drive.open("Golden-dedup", Access::read);
  ASSERT_EQ(read_all(*theirs, blocks), "");
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(theirs->size(), 189U + 1048576 + 531988);
  for (const auto& block : blocks)
    EXPECT_EQ(crc32(format::checksummed_part(block)), load<std::uint32_t>(block.data()));
  MemoryDedup ours;
  const auto device = ours.open();
  for (const auto& block : blocks) device->write_block(block);
  device->flush();
  const auto begins_with = [&](const MemoryMedium& file, const char* name, std::size_t used) {
    os::File their_file((*recorded / name).string(), os::File::Mode::read);
    Buffer bytes(used);
    EXPECT_EQ(their_file.read_at(0, bytes), used);
    return equal(bytes, Bytes(file.contents).first(used));
  };
  EXPECT_TRUE(begins_with(ours.blocks, "blocks", 3 * DedupBlock::size));
  EXPECT_TRUE(begins_with(ours.parts, "parts", 1427 * DedupPart::size));
  const auto config = parse_dedup_config(ours.config.contents);
  ASSERT_TRUE(config);
  EXPECT_TRUE(begins_with(ours.aligned, "aligned.data", config->config.aligned));
  EXPECT_TRUE(begins_with(ours.unaligned, "unaligned.data", config->config.unaligned));
  EXPECT_TRUE(begins_with(ours.config, "config", 61 + 28)) << "up to the first padding";
}

}  // namespace
}  // namespace holdfast::device

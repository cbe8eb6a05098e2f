// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <set>

#include "base/endian.h"
#include "crypto/crc32.h"
#include "testing/volumes/volume_world.h"
#include "volumes/checker/check_volume.h"
#include "volumes/record_reader.h"

namespace holdfast::volumes {
namespace {

using testing::IsEmpty;
using testing_support::some_files;
using testing_support::VolumeWorld;

/// Where a field stands, and what it is called.
struct Field {
  std::size_t block = 0;  ///< offset of the block in the volume
  std::size_t block_length = 0;
  std::size_t at = 0;  ///< in the volume
  std::size_t length = 0;
  std::string name;
};

/// Label payloads as tables: a length, or 0 for a text that ends with NUL (interop 04, sections 4.2 and 4.5).
struct LabelField {
  const char* name;
  std::size_t length;
};
constexpr LabelField volume_fields[] = {
    {"Id", 0},         {"VerNum", 4},     {"label_btime", 8},    {"write_btime", 8}, {"write_date", 8},
    {"write_time", 8}, {"VolumeName", 0}, {"PrevVolumeName", 0}, {"PoolName", 0},    {"PoolType", 0},
    {"MediaType", 0},  {"HostName", 0},   {"LabelProg", 0},      {"ProgVersion", 0}, {"ProgDate", 0}};
constexpr LabelField session_fields[] = {
    {"Id", 0},          {"VerNum", 4},     {"JobId", 4},    {"write_btime", 8}, {"float", 8},
    {"PoolName", 0},    {"PoolType", 0},   {"JobName", 0},  {"ClientName", 0},  {"Job", 0},
    {"FileSetName", 0}, {"JobType", 4},    {"JobLevel", 4}, {"FileSetMD5", 0},  {"JobFiles", 4},
    {"JobBytes", 8},    {"StartBlock", 4}, {"EndBlock", 4}, {"StartFile", 4},   {"EndFile", 4},
    {"JobErrors", 4},   {"JobStatus", 4}};

/// A volume of two jobs, written by our own writer.
class WrittenVolume {
 public:
  WrittenVolume() {
    world_.settings.max_block_size = 1024;
    world_.restart();
    world_.append(some_files(4, 1, 1500));
    world_.append(some_files(2, 2, 100));
    for (std::size_t at = 0; at < bytes().size();) at += add_block(at);
  }

  Buffer& bytes() { return world_.shelf.medium("V-0001").contents; }
  const std::vector<Field>& fields() const { return fields_; }

  void flip(const Field& field, std::size_t bit) {
    bytes()[field.at + bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
  }
  /// So that only the rules about the field itself can find it.
  void put_checksum_right(const Field& field) {
    const auto block = MutableBytes(bytes()).subspan(field.block, field.block_length);
    store(block.data(), crypto::crc32(block.subspan(4)));
  }

  FindingList found(std::vector<DamagedPart>* damaged = nullptr) {
    FindingList list;
    VolumeChecker checker(list);
    std::vector<ExpectedRange> known;
    for (const auto& [session, stored] : world_.media) known.push_back({session, stored.range});
    auto parts =
        check_volume(*world_.shelf.open("V-0001", device::Drive::Access::read), "V-0001", checker, known);
    if (damaged != nullptr) *damaged = std::move(parts);
    checker.finish();
    return list;
  }

  /// What a reader makes of the volume: everything but the labels.
  std::vector<std::string> read() {
    class Collector final : public RecordVisitor {
     public:
      void record(const format::Record& record, const Block&) override {
        records.push_back(fmt::format("{} {} {} {} {}", record.session.id, record.session.time,
                                      record.file_index, record.stream, as_text(record.payload)));
      }
      std::vector<std::string> records;
    } collector;
    const auto medium = world_.shelf.open("V-0001", device::Drive::Access::read);
    BlockReader blocks(*medium, BlockReader::Checksums::checked, [](const std::string&) {});
    RecordReader(nullptr).read_volume(blocks, collector);
    return std::move(collector.records);
  }

 private:
  void add(std::size_t block, std::size_t length, std::size_t at, std::size_t size, std::string name) {
    fields_.push_back({block, length, at, size, std::move(name)});
  }

  std::size_t add_block(std::size_t start) {
    const auto length = load<std::uint32_t>(&bytes()[start + 4]);
    const char* names[] = {"CheckSum", "BlockLen",     "BlockNumber",
                           "BlockId",  "VolSessionId", "VolSessionTime"};
    for (std::size_t i = 0; i < std::size(names); ++i)
      add(start, length, start + 4 * i, 4, std::string(start == 0 && i > 3 ? "label " : "") + names[i]);
    for (auto at = start + 24; start + length - at >= 12;) {
      const auto index = load<std::int32_t>(&bytes()[at]);
      add(start, length, at, 4, "FileIndex");
      add(start, length, at + 4, 4, index < 0 ? "label Stream" : "Stream");
      add(start, length, at + 8, 4, "DataLen");
      const auto payload =
          std::min<std::size_t>(load<std::uint32_t>(&bytes()[at + 8]), start + length - at - 12);
      if (index == -2) add_label(start, length, at + 12, volume_fields);
      if (index == -4) add_label(start, length, at + 12, std::span(session_fields).first(14));
      if (index == -5) add_label(start, length, at + 12, session_fields);
      at += 12 + payload;
    }
    return length;
  }

  void add_label(std::size_t block, std::size_t length, std::size_t at, std::span<const LabelField> table) {
    for (const auto& [name, fixed] : table) {
      std::size_t size = fixed;
      if (fixed == 0) size = std::strlen(reinterpret_cast<const char*>(&bytes()[at])) + 1;
      add(block, length, at, size, name);
      at += size;
    }
  }

  VolumeWorld world_;
  std::vector<Field> fields_;
};

TEST(FlippedBit, InAnyFieldOfAHeaderOrLabelIsFoundAndCostsOnlyItsBlock) {
  WrittenVolume volume;
  ASSERT_EQ(volume.found().text(Severity::warning), "");
  for (const auto& field : volume.fields()) {
    for (std::size_t bit = 0; bit < field.length * 8; ++bit) {
      volume.flip(field, bit);
      std::vector<DamagedPart> damaged;
      ASSERT_NE(volume.found(&damaged).text(Severity::error), "")
          << field.name << " at " << field.at << " bit " << bit;
      ASSERT_EQ(damaged.size(), 1U) << field.name << " at " << field.at << " bit " << bit;
      ASSERT_EQ(damaged[0].address, field.block) << field.name;
      ASSERT_EQ(damaged[0].end, field.block + field.block_length) << field.name << " bit " << bit;
      volume.flip(field, bit);
    }
  }
}

TEST(FlippedBit, WithARightChecksumIsFoundOrHarmless) {
  // Fields in which a change may make another text or number that is as good; no reader depends on any of them. The names
  // of volume and pool are compared with the catalog, or with what the user asked for.
  const std::set<std::string> informative = {
      "label_btime",  "BlockNumber",    "write_btime",        "PoolName",
      "MediaType",    "HostName",       "LabelProg",          "ProgVersion",
      "ProgDate",     "PrevVolumeName", "StartBlock",         "EndBlock",
      "StartFile",    "EndFile",        "JobErrors",          "JobStatus",
      "label Stream", "CheckSum",       "label VolSessionId", "label VolSessionTime"};
  WrittenVolume volume;
  const auto before = volume.read();
  std::set<std::string> missed;
  for (const auto& field : volume.fields()) {
    for (std::size_t bit = 0; bit < field.length * 8; ++bit) {
      volume.flip(field, bit);
      volume.put_checksum_right(field);
      if (volume.found().text(Severity::warning).empty()) {
        missed.insert(field.name);
        EXPECT_TRUE(volume.read() == before) << field.name << " at " << field.at << " bit " << bit;
        EXPECT_TRUE(informative.contains(field.name)) << field.name << " at " << field.at << " bit " << bit;
      }
      volume.flip(field, bit);
      volume.put_checksum_right(field);
    }
  }
  EXPECT_TRUE(missed.contains("HostName"));
  EXPECT_FALSE(missed.contains("VolumeName"));
}

}  // namespace
}  // namespace holdfast::volumes

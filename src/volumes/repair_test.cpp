// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/repair.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <map>

#include "base/endian.h"
#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/device/memory_tape.h"
#include "testing/volumes/volume_world.h"
#include "volumes/checker/check_volume.h"

namespace holdfast::volumes {
namespace {

using testing::IsEmpty;
using testing::IsSubsetOf;
using testing_support::some_files;
using testing_support::TestRecord;
using testing_support::VolumeWorld;

/// Two jobs on one volume of small blocks.
struct TwoJobs {
  VolumeWorld world;
  VolumeSession sessions[2];
  std::vector<TestRecord> files[2] = {some_files(12, 1, 2500), some_files(9, 2, 700)};
  Buffer before;

  TwoJobs() {
    world.settings.max_block_size = 1024;
    world.restart();
    for (int i = 0; i < 2; ++i) sessions[i] = world.append(files[i]);
    before = contents();
  }

  Buffer& contents() { return world.shelf.medium("V-0001").contents; }

  std::vector<std::pair<std::size_t, std::size_t>> blocks() const {
    std::vector<std::pair<std::size_t, std::size_t>> all;
    for (std::size_t at = 0; at < before.size(); at += all.back().second)
      all.emplace_back(at, load<std::uint32_t>(&before[at + 4]));
    return all;
  }

  RepairTotals repair_it() {
    const auto from = world.shelf.open("V-0001", device::Drive::Access::read);
    const auto to = world.shelf.create("repaired");
    format::VolumeLabel label;
    label.volume = "V-0001";
    label.media_type = "File";
    label.version = "Ver. 25.1.0 03 August 2026";
    label.build = "Build 2026-08-03 08:44:12";
    label.labelled = label.written = world.clock.now();
    const auto totals = repair(*from, find_salvage(*from), *to, label);
    contents() = world.shelf.medium("repaired").contents;
    world.shelf.media().erase("repaired");
    return totals;
  }

  FindingList check() {
    FindingList found;
    VolumeChecker checker(found);
    check_volume(*world.shelf.open("V-0001", device::Drive::Access::read), "V-0001", checker);
    checker.finish();
    return found;
  }
};

/// The indexes of the files of which all records came, in their order.
std::vector<std::int32_t> whole_files(const std::vector<TestRecord>& wanted,
                                      const std::vector<TestRecord>& found) {
  std::map<std::int32_t, std::vector<TestRecord>> all, there;
  for (const auto& record : wanted) all[record.file_index].push_back(record);
  for (const auto& record : found) there[record.file_index].push_back(record);
  std::vector<std::int32_t> whole;
  for (const auto& [index, records] : all)
    if (there[index] == records) whole.push_back(index);
  return whole;
}

std::vector<std::int32_t> indexes_of(const std::vector<TestRecord>& files) {
  std::vector<std::int32_t> all;
  for (const auto& record : files)
    if (all.empty() || all.back() != record.file_index) all.push_back(record.file_index);
  return all;
}

TEST(Repair, LeavesAGoodVolumeAsItIs) {
  TwoJobs jobs;
  const auto totals = jobs.repair_it();
  EXPECT_EQ(totals.blanked_parts, 0U);
  EXPECT_TRUE(equal(jobs.contents(), jobs.before));
}

TEST(Repair, KeepsAllFilesOutsideAnyDamagedBlock) {
  const auto blocks = TwoJobs().blocks();
  ASSERT_GT(blocks.size(), 15U);
  for (std::size_t number = 0; number < blocks.size(); ++number) {
    for (const std::size_t offset : {std::size_t{5}, std::size_t{13}, blocks[number].second - 1}) {
      TwoJobs jobs;
      jobs.contents()[blocks[number].first + offset] ^= std::byte{0x41};
      const auto lost = jobs.check().lost_files;
      const auto totals = jobs.repair_it();
      const auto where = testing::Message() << "block " << number << " offset " << offset;
      ASSERT_EQ(totals.blanked_parts, 1U) << where;
      ASSERT_EQ(totals.has_new_label, number == 0) << where;
      ASSERT_EQ(jobs.contents().size(), jobs.before.size()) << where;
      const auto found = jobs.check();
      ASSERT_EQ(found.text(Severity::error), "") << where;
      for (int i = 0; i < 2; ++i) {
        // By the addresses that the catalog had before.
        const auto whole = whole_files(jobs.files[i], jobs.world.read(jobs.sessions[i]));
        for (const auto index : indexes_of(jobs.files[i])) {
          const bool is_told = std::any_of(lost.begin(), lost.end(), [&](const LostFiles& some) {
            const auto unsigned_index = static_cast<std::uint32_t>(index);
            return some.session == jobs.sessions[i] && some.first <= unsigned_index &&
                   unsigned_index <= some.last;
          });
          const bool is_whole = std::find(whole.begin(), whole.end(), index) != whole.end();
          ASSERT_TRUE(is_whole || is_told) << where << " session " << i << " file " << index;
        }
      }
    }
  }
}

TEST(Repair, OfATornEndKeepsTheRest) {
  TwoJobs jobs;
  jobs.contents().resize(jobs.contents().size() - 30);
  jobs.repair_it();
  EXPECT_EQ(jobs.check().text(Severity::error), "");
  EXPECT_EQ(jobs.world.read(jobs.sessions[0]), jobs.files[0]);
}

/// A volume that is read with one damaged block.
class DamagedAt final : public device::Device {
 public:
  DamagedAt(std::unique_ptr<device::Device> device, std::uint64_t address)
      : device_(std::move(device)), address_(address) {}
  device::Addressing addressing() const override { return device_->addressing(); }
  Written write_block(Bytes block) override { return device_->write_block(block); }
  ReadOutcome read_block(Buffer& into) override {
    const auto outcome = device_->read_block(into);
    if (const auto* read = std::get_if<device::BlockRead>(&outcome); read && read->address == address_)
      into[read->length - 1] ^= std::byte{0x41};
    return outcome;
  }
  void seek(std::uint64_t address) override { device_->seek(address); }
  std::uint64_t seek_to_end() override { return device_->seek_to_end(); }
  std::uint64_t position() const override { return device_->position(); }
  std::optional<std::uint64_t> size() override { return device_->size(); }
  void flush() override { device_->flush(); }
  void truncate(std::uint64_t address) override { device_->truncate(address); }

 private:
  std::unique_ptr<device::Device> device_;
  std::uint64_t address_;
};

std::map<std::uint64_t, Buffer> blocks_of(device::Device& medium) {
  std::map<std::uint64_t, Buffer> all;
  Buffer buffer;
  medium.seek(0);
  while (true) {
    const auto outcome = medium.read_block(buffer);
    if (std::holds_alternative<device::EndOfData>(outcome)) return all;
    if (const auto* read = std::get_if<device::BlockRead>(&outcome))
      all[read->address] = to_buffer(Bytes(buffer).first(read->length));
  }
}

class RepairOfNumberedBlocks : public testing::TestWithParam<testing_support::NamedMedia> {};

/// Any one block of two jobs on two files of a volume is damaged: the others are where they were.
TEST_P(RepairOfNumberedBlocks, KeepsEveryAddress) {
  auto made = GetParam().make();
  auto& media = *made;
  VolumeWorld world(std::move(made));
  world.settings.max_block_size = 1024;
  world.restart();
  for (unsigned i = 0; i < 2; ++i) world.append(some_files(12, i + 1, 2500));
  const auto before = blocks_of(*media.look_at(MediaId(1)));
  ASSERT_GT(before.size(), 10U);
  unsigned changed = 0;
  for (const auto& damaged : before) {
    SCOPED_TRACE(fmt::format("block {}:{}", damaged.first >> 32, damaged.first & UINT32_MAX));
    DamagedAt from(media.look_at(MediaId(1)), damaged.first);
    const auto blank = GetParam().make();
    if (const auto robot = blank->robot()) robot->load(1, 0, {});
    const auto drive = blank->drive();
    auto to = drive->create("V-0001");
    format::VolumeLabel label;
    label.volume = "V-0001";
    label.media_type = "File";
    label.version = "Ver. 25.1.0 03 August 2026";
    label.build = "Build 2026-08-03 08:44:12";
    label.labelled = label.written = world.clock.now();
    const auto totals = repair(from, find_salvage(from), *to, label);
    EXPECT_EQ(totals.blanked_parts, 1U);
    EXPECT_EQ(totals.has_new_label, damaged.first == 0);
    to.reset();
    const auto repaired = drive->open("V-0001", device::Drive::Access::read);
    FindingList found;
    VolumeChecker checker(found);
    check_volume(*repaired, "V-0001", checker);
    checker.finish();
    EXPECT_EQ(found.text(Severity::error), "");
    const auto after = blocks_of(*repaired);
    ASSERT_EQ(after.size(), before.size());
    std::uint64_t differing = 0;
    for (const auto& [address, bytes] : before) {
      const auto there = after.find(address);
      ASSERT_TRUE(there != after.end()) << address;
      if (address != damaged.first && !equal(there->second, bytes)) ++differing;
    }
    EXPECT_LE(differing, totals.blanked_records);
    changed += differing != 0;
  }
  EXPECT_GT(changed, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, RepairOfNumberedBlocks,
                         testing::Values(testing_support::all_media[1], testing_support::all_media[2]),
                         [](const auto& test) { return test.param.name; });

TEST(Repair, KnowsWhenNothingOfAnyFileIsLeft) {
  TwoJobs jobs;
  const auto salvage = [&] {
    return find_salvage(*jobs.world.shelf.open("V-0001", device::Drive::Access::read));
  };
  EXPECT_TRUE(salvage().saves_files());
  // Only the first block of the volume, its label, and the last one, the end of a file and of the job, stay.
  const auto blocks = jobs.blocks();
  const auto last = blocks.back().first;
  for (auto at = blocks[1].first; at < last; ++at) jobs.contents()[at] = std::byte{0};
  EXPECT_FALSE(salvage().saves_files());
  jobs.contents() = jobs.before;
  for (auto at = std::size_t{0}; at < jobs.before.size(); ++at) jobs.contents()[at] = std::byte{0};
  EXPECT_FALSE(salvage().saves_files());
}

TEST(Repair, NeedsADeviceOfTheSameKind) {
  TwoJobs jobs;
  testing_support::MemoryTape tape;
  const auto from = jobs.world.shelf.open("V-0001", device::Drive::Access::read);
  const auto to = tape.drive().create({});
  EXPECT_THAT(testing_support::thrown_message([&] { repair(*from, find_salvage(*from), *to, {}); }),
              testing::HasSubstr("needs a device of the same kind; bcopy -p"));
}

TEST(Repair, RefusesWhatIsNoVolume) {
  TwoJobs jobs;
  const auto first = jobs.blocks().front().second;
  jobs.contents().erase(jobs.contents().begin(),
                        jobs.contents().begin() + static_cast<std::ptrdiff_t>(first));
  EXPECT_THROW(jobs.repair_it(), Error);
}

}  // namespace
}  // namespace holdfast::volumes

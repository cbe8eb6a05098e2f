// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/repair.h"

#include <gmock/gmock.h>

#include <map>

#include "base/endian.h"
#include "base/error.h"
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
    const auto totals = repair(*from, *to, label);
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

TEST(Repair, RefusesWhatIsNoVolume) {
  TwoJobs jobs;
  const auto first = jobs.blocks().front().second;
  jobs.contents().erase(jobs.contents().begin(),
                        jobs.contents().begin() + static_cast<std::ptrdiff_t>(first));
  EXPECT_THROW(jobs.repair_it(), Error);
}

}  // namespace
}  // namespace holdfast::volumes

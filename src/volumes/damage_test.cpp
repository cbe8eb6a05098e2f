// SPDX-License-Identifier: AGPL-3.0-or-later
// What is damaged on a volume is told, and what lies outside is read.
#include <gmock/gmock.h>

#include <set>

#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using ::testing::HasSubstr;
using namespace testing_support;

struct Damage : ::testing::Test {
  VolumeWorld world;
  std::vector<TestRecord> files = some_files(30, 1, 9000);
  VolumeSession session{};

  void SetUp() override {
    world.settings.max_block_size = 4096;
    world.restart();
    session = world.append(files);
    world.on_damage = ReadSession::OnDamage::tell;
  }
  Buffer& contents() { return world.shelf.medium("V-0001").contents; }

  /// Files that came back as they were sent.
  std::set<std::int32_t> whole_files() {
    const auto found = world.read(session);
    std::set<std::int32_t> whole;
    for (std::int32_t index = 1; index <= 30; ++index)
      if (of_file(found, index) == of_file(files, index)) whole.insert(index);
    // Of a file that is not whole only a front part may come: never data behind a gap.
    for (const auto& record : found) {
      const auto sent = of_file(files, record.file_index);
      const auto got = of_file(found, record.file_index);
      EXPECT_LE(got.size(), sent.size());
      EXPECT_TRUE(std::equal(got.begin(), got.end(), sent.begin())) << "file " << record.file_index;
    }
    return whole;
  }
  static std::vector<TestRecord> of_file(const std::vector<TestRecord>& all, std::int32_t index) {
    std::vector<TestRecord> of;
    for (const auto& record : all)
      if (record.file_index == index) of.push_back(record);
    return of;
  }
};

TEST_F(Damage, OfOneByteAnywhereCostsNoMoreThanTheFilesOfItsBlock) {
  const auto size = contents().size();
  const auto original = contents();
  for (std::size_t at = 300; at < size; at += 397) {
    contents() = original;
    contents()[at] ^= std::byte{0x55};
    const auto whole = whole_files();
    // A block holds parts of few files: the largest ones have two blocks, the smallest share one.
    EXPECT_GE(whole.size(), 30U - 12U) << "byte " << at;
    EXPECT_LT(whole.size(), 31U);
  }
  EXPECT_THAT(world.log.text(), HasSubstr("Block checksum mismatch"));
  EXPECT_THAT(world.log.text(), HasSubstr("everything else is.\n"));
}

TEST_F(Damage, OfAHoleInTheMiddleHidesNothingBehindIt) {
  std::fill_n(contents().begin() + 40'000, 10'000, std::byte{0});
  const auto whole = whole_files();
  EXPECT_TRUE(whole.contains(1));
  EXPECT_TRUE(whole.contains(30));
}

TEST_F(Damage, OfAnotherSessionCostsThisOneNothing) {
  const auto other = world.append(some_files(5, 2, 9000));
  const auto others_start = world.media.back().second.range.start;
  contents()[others_start + 100] ^= std::byte{1};
  EXPECT_EQ(world.read(session), files);
  EXPECT_NE(world.read(other), some_files(5, 2, 9000));
}

TEST_F(Damage, EndsAReadingThatIsToBeABackup) {
  world.on_damage = ReadSession::OnDamage::fail;
  contents()[20'000] ^= std::byte{1};
  EXPECT_THROW(world.read(session), Error);
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
// A restore reads little more than it was asked for.
#include <gmock/gmock.h>

#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using namespace testing_support;

class Seeking : public ::testing::TestWithParam<NamedMedia> {};

/// Of all records, those of some files.
std::vector<TestRecord> only(const std::vector<TestRecord>& all, std::int32_t first, std::int32_t last) {
  std::vector<TestRecord> chosen;
  for (const auto& record : all)
    if (record.file_index >= first && record.file_index <= last) chosen.push_back(record);
  return chosen;
}

TEST_P(Seeking, ReadsFewBlocksForFewFiles) {
  VolumeWorld world(GetParam().make());
  world.settings.max_block_size = 4096;
  world.settings.max_file_size = 40'000;
  world.restart();
  const auto other = world.append(some_files(50, 1, 12'000));
  const auto all = some_files(1000, 2, 12'000);
  const auto session = world.append(all);
  const auto blocks = world.catalog.record("V-0001").blocks;
  ASSERT_GT(blocks, 1500U);
  ASSERT_FALSE(world.read(other).empty());
  for (const std::int32_t first : {1, 333, 991}) {
    world.faults.operations = 0;
    EXPECT_EQ(world.read(session, first, first + 9), only(all, first, first + 9));
    // One per cent of the files; the opening and the label are among the operations.
    EXPECT_LT(world.faults.operations, static_cast<int>(blocks * 3 / 100)) << "from file " << first;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Seeking, ::testing::ValuesIn(all_media),
                         [](const auto& media) { return media.param.name; });

}  // namespace
}  // namespace holdfast::volumes

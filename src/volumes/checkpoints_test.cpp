// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checkpoints.h"

#include <gmock/gmock.h>

#include "testing/base/manual_clock.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace testing_support;

struct CheckpointTest : testing::Test {
  VolumeWorld world;
  ManualClock clock;
  int told = 0;

  /// Writes files of a megabyte each; time passes by `step` with each.
  VolumeSession append(int files, std::chrono::seconds step) {
    const auto what = world.job(++world.sessions);
    BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, clock, {});
    writer.open({});
    Checkpoints checkpoints(writer, std::chrono::seconds(60), world.log, clock, [this] { ++told; });
    format::BlockBuilder builder(what.mounting.session, 64512);
    const std::string data(30'000, 'x');
    for (std::int32_t index = 1; index <= files; ++index) {
      clock.advance(step);
      format::BlockBuilder::Outgoing record{.file_index = index, .stream = 2, .left = as_bytes(data)};
      builder.add(record);
      checkpoints.write(builder.take_block([](Bytes) -> std::uint32_t { return 0; }));
    }
    writer.release();
    return what.mounting.session;
  }
};

TEST_F(CheckpointTest, AreDoneWhenTheIntervalHasPassed) {
  append(10, std::chrono::seconds(25));
  EXPECT_EQ(told, 3);
  const auto ranges = world.catalog.job_media();
  ASSERT_EQ(ranges.size(), 4U);
  EXPECT_EQ(ranges[0].range.first_index, 1U);
  EXPECT_EQ(ranges[0].range.last_index, 3U);
  EXPECT_EQ(ranges[1].range.first_index, 4U);
  EXPECT_EQ(ranges[1].range.start, ranges[0].range.end + 1);
  EXPECT_THAT(world.log.text(), HasSubstr("Doing timed backup checkpoint. Next checkpoint in 60 seconds\n"));
  EXPECT_EQ(world.shelf.medium("V-0001").durable, world.shelf.medium("V-0001").contents);
}

TEST_F(CheckpointTest, AreDoneWhenTheVolumeChanges) {
  world.catalog.set_max_bytes(100'000);
  append(8, std::chrono::seconds(0));
  EXPECT_GT(told, 0);
  EXPECT_THAT(world.log.text(), HasSubstr("Volume changed, doing checkpoint:\n"));
  EXPECT_THAT(world.log.text(), Not(HasSubstr("timed")));
}

}  // namespace
}  // namespace holdfast::volumes

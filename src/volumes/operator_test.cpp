// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs that cannot go on without the operator.
#include <gmock/gmock.h>

#include <thread>

#include "base/error.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using testing::HasSubstr;
using testing_support::MemoryAttributes;
using testing_support::some_files;
using testing_support::VolumeWorld;

void wait_until_blocked(const StorageDevice& device) {
  while (device.state().blocked == Blocked::no) std::this_thread::yield();
}

TEST(Operator, IsAskedForAVolumeAndHelps) {
  VolumeWorld world;
  world.catalog.set_max_volumes(0);
  std::jthread job([&] { world.append(some_files(3, 1)); });
  wait_until_blocked(*world.device);
  EXPECT_EQ(world.device->state().wanted_pool, "Full");
  world.catalog.set_max_volumes(1);
  world.device->shared_state().with([](DeviceState& state) { ++state.wakeups; });
  job.join();
  EXPECT_THAT(world.log.text(),
              HasSubstr("Cannot find any appendable volumes.\nPlease use the \"label\" command"));
  EXPECT_EQ(world.catalog.record("V-0001").jobs, 1U);
  EXPECT_EQ(world.device->state().blocked, Blocked::no);
}

TEST(Operator, CanCancelAJobThatWaits) {
  VolumeWorld world;
  world.catalog.set_max_volumes(0);
  std::stop_source stop;
  std::jthread job([&] {
    const auto what = world.job(1);
    BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock,
                       stop.get_token());
    EXPECT_THROW(writer.open({}), Error);
  });
  wait_until_blocked(*world.device);
  stop.request_stop();
  job.join();
  EXPECT_FALSE(world.device->state().is_busy());
}

TEST(Operator, IsAskedInTheMiddleOfAJobWhenTheDiskIsFull) {
  VolumeWorld world;
  world.settings.max_block_size = 1024;
  world.restart();
  world.catalog.set_max_volumes(1);
  world.shelf.set_capacity(5000);
  const auto files = some_files(5, 1, 4000);
  VolumeSession session;
  std::jthread job([&] { session = world.append(files); });
  wait_until_blocked(*world.device);
  world.catalog.set_max_volumes(20);
  world.device->shared_state().with([](DeviceState& state) { ++state.wakeups; });
  job.join();
  EXPECT_EQ(world.catalog.record("V-0001").status, "Full");
  EXPECT_EQ(world.read(session), files);
}

/// Ten seconds later whenever it is asked.
class HastyClock final : public Clock {
 public:
  Time now() const override { return {}; }
  Instant instant() const override { return now_ += std::chrono::seconds(10); }

 private:
  mutable Instant now_{};
};

class HeartbeatCounter final : public JobLog {
 public:
  void message(MessageType, const std::string&) override {}
  void status(JobStatus) override {}
  void heartbeat() override { ++count; }
  unsigned count = 0;
};

unsigned heartbeats_while_waiting(std::chrono::seconds poll_interval, std::chrono::seconds interval) {
  VolumeWorld world;
  world.settings.poll_interval = poll_interval;
  world.settings.heartbeat_interval = interval;
  world.restart();
  HeartbeatCounter log;
  HastyClock clock;
  OperatorWait wait(*world.device, "job.1", log, clock, {});
  auto turn = world.device->take_turn({});
  EXPECT_EQ(wait.wait(turn, {.volume = "", .pool = "Full", .media_type = "File"}),
            OperatorWait::Woken::to_poll);
  return log.count;
}

TEST(Operator, IsWaitedForWithHeartbeatsWhereTheseAreWanted) {
  using std::chrono::seconds;
  EXPECT_GE(heartbeats_while_waiting(seconds(300), seconds(10)), 2U);
  EXPECT_EQ(heartbeats_while_waiting(seconds(20), seconds(0)), 0U);
}

TEST(Operator, CanCancelAJobThatWaitsForItsSecondVolume) {
  VolumeWorld world;
  world.settings.max_block_size = 1024;
  world.restart();
  world.catalog.set_max_volumes(1);
  world.shelf.set_capacity(5000);
  std::stop_source stop;
  std::jthread job([&] {
    const auto what = world.job(1);
    MemoryAttributes attributes;
    BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock,
                       stop.get_token());
    writer.open({});
    const auto write_much = [&] {
      AppendSession session(writer, what, attributes, world.clock, stop.get_token());
      for (const auto& record : some_files(5, 1, 4000))
        session.record(record.file_index, record.stream, to_buffer(as_bytes(record.payload)));
      session.close(JobStatus::terminated, 0);
    };
    EXPECT_THROW(write_much(), Error);
  });
  wait_until_blocked(*world.device);
  stop.request_stop();
  job.join();
  EXPECT_FALSE(world.device->state().is_busy());
  EXPECT_EQ(world.device->state().blocked, Blocked::no);
}

}  // namespace
}  // namespace holdfast::volumes

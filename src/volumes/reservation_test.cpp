// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/reservation.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/error.h"
#include "testing/device/memory_device.h"
#include "testing/volumes/memory_catalog.h"

namespace holdfast::volumes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::MemoryCatalog;
using testing_support::MemoryDrive;
using Use = ReservationRequest::Use;

struct ReservationTest : testing::Test {
  DevicePool pool;
  MemoryCatalog catalog;
  std::stop_source stop;
  int waits = 0;

  void add(const std::string& name, unsigned max_jobs = 1, const std::string& media_type = "File") {
    pool.add(std::make_unique<StorageDevice>(
        DeviceSettings{
            .name = name, .archive = "/" + name, .media_type = media_type, .max_concurrent_jobs = max_jobs},
        std::make_unique<MemoryDrive>()));
  }
  ReservationRequest request(Use use, std::vector<std::string> devices,
                             const std::string& pool_name = "Full") {
    return {.job_id = JobId(7),
            .use = use,
            .media_type = "File",
            .pool = pool_name,
            .devices = std::move(devices)};
  }
  std::optional<Reservation> reserve(const ReservationRequest& what) {
    return pool.reserve(
        what, catalog, [this] { ++waits; }, stop.get_token());
  }
};

TEST_F(ReservationTest, TakesTheFirstFreeDeviceAndAVolumeForIt) {
  add("A");
  add("B");
  const auto first = reserve(request(Use::append, {"A", "B"}));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->device().settings().name, "A");
  EXPECT_EQ(first->volume(), "V-0001");
  const auto second = reserve(request(Use::append, {"A", "B"}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->device().settings().name, "B");
  EXPECT_EQ(second->volume(), "V-0002") << "a volume belongs to one device at a time";
}

TEST_F(ReservationTest, ComesBackEmptyWhenNoDeviceSuits) {
  add("A", 1, "Tape");
  EXPECT_FALSE(reserve(request(Use::append, {"A"})));
  EXPECT_FALSE(reserve(request(Use::append, {"Unknown"})));
  EXPECT_EQ(waits, 2);
}

TEST_F(ReservationTest, LetsSeveralJobsOfOnePoolShareADevice) {
  add("A", 2);
  const auto first = reserve(request(Use::append, {"A"}));
  const auto second = reserve(request(Use::append, {"A"}));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(pool.find("A")->state().reserved, 2U);
}

TEST_F(ReservationTest, WaitsUntilADeviceIsLetGo) {
  add("A");
  auto first = reserve(request(Use::append, {"A"}));
  ASSERT_TRUE(first);
  std::optional<Reservation> second;
  std::jthread waiting([&] { second = reserve(request(Use::read, {"A"})); });
  while (pool.waiting_reasons().empty()) std::this_thread::yield();
  EXPECT_THAT(pool.waiting_reasons(),
              ElementsAre("3602 JobId=7 device \"A\" (/A) is busy (already reading/writing).\n"));
  first->release();
  waiting.join();
  EXPECT_TRUE(second);
  EXPECT_TRUE(pool.waiting_reasons().empty());
}

TEST_F(ReservationTest, TellsWhyAJobWaits) {
  add("A", 2);
  const auto first = reserve(request(Use::append, {"A"}));
  std::jthread waiting([&] { EXPECT_THROW(reserve(request(Use::append, {"A"}, "Other")), Error); });
  while (pool.waiting_reasons().empty()) std::this_thread::yield();
  EXPECT_THAT(pool.waiting_reasons().front(),
              HasSubstr("3608 JobId=7 wants Pool=\"Other\" but have Pool=\"Full\""));
  stop.request_stop();
}

TEST_F(ReservationTest, FindsTheDrivesOfAnAutochanger) {
  add("A");
  add("B");
  pool.add_group("Changer", {pool.find("A"), pool.find("B")});
  const auto first = reserve(request(Use::append, {"Changer"}));
  const auto second = reserve(request(Use::append, {"Changer"}));
  ASSERT_TRUE(first && second);
  EXPECT_NE(&first->device(), &second->device());
}

TEST_F(ReservationTest, DoesNotUseADeviceTheOperatorUnmounted) {
  add("A");
  add("B");
  pool.find("A")->shared_state().with([](DeviceState& state) { state.blocked = Blocked::by_user; });
  const auto reservation = reserve(request(Use::append, {"A", "B"}));
  ASSERT_TRUE(reservation);
  EXPECT_EQ(reservation->device().settings().name, "B");
}

}  // namespace
}  // namespace holdfast::volumes

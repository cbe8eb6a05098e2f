// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/reservation.h"

#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "base/error.h"
#include "testing/base/manual_clock.h"
#include "testing/device/memory_device.h"
#include "testing/volumes/memory_catalog.h"

namespace holdfast::volumes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::ManualClock;
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
    return pool.reserve(what, catalog, {.heartbeat = [this] { ++waits; }}, stop.get_token());
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

TEST_F(ReservationTest, GivesAJobThatDoesNotPreferMountedVolumesADriveOfItsOwn) {
  add("A", 5);
  add("B", 5);
  const auto first = reserve(request(Use::append, {"A", "B"}));
  auto other = request(Use::append, {"A", "B"});
  other.prefers_mounted_volumes = false;
  const auto second = reserve(other);
  const auto third = reserve(other);
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(second->device().settings().name, "B");
  EXPECT_EQ(third->device().settings().name, "A") << "the least used one, where none is free";
}

TEST_F(ReservationTest, SharesADeviceThatIsReadOnlyWhereThatIsWanted) {
  add("A");
  auto what = request(Use::read, {"A"});
  what.may_share_reading = true;
  const auto first = reserve(what);
  const auto second = reserve(what);
  EXPECT_TRUE(first && second);
  std::jthread writer([&] { EXPECT_THROW(reserve(request(Use::append, {"A"})), Error); });
  while (pool.waiting_reasons().empty()) std::this_thread::yield();
  EXPECT_THAT(pool.waiting_reasons(), ElementsAre("3603 JobId=7 device \"A\" (/A) is busy reading.\n"));
  stop.request_stop();
}

TEST_F(ReservationTest, UsesAnyDeviceOfTheMediaTypeWhereThatIsConfigured) {
  add("A");
  add("B");
  EXPECT_FALSE(reserve(request(Use::append, {"Gone"})));
  pool.reserve_by_media_type();
  EXPECT_TRUE(reserve(request(Use::append, {"Gone"})));
}

TEST_F(ReservationTest, LeavesOutDrivesWithoutAutoSelectUnlessTheyAreNamed) {
  add("A");
  add("B");
  pool.add_group("Changer", {pool.find("A"), pool.find("B")});
  pool.find("A")->shared_state().with([](DeviceState& state) { state.auto_select = false; });
  const auto by_changer = reserve(request(Use::append, {"Changer"}));
  const auto by_name = reserve(request(Use::append, {"A"}));
  ASSERT_TRUE(by_changer && by_name);
  EXPECT_EQ(by_changer->device().settings().name, "B");
}

TEST_F(ReservationTest, WaitsForAVolumeThatSomebodyReads) {
  add("A");
  catalog.set_max_volumes(1);
  catalog.find_media({});
  auto reading = pool.claims().take("V-0001", *pool.find("A"), VolumeClaim::Use::read);
  std::optional<Reservation> reservation;
  std::jthread waiting([&] { reservation = reserve(request(Use::append, {"A"})); });
  while (pool.waiting_reasons().empty()) std::this_thread::yield();
  EXPECT_THAT(pool.waiting_reasons(),
              ElementsAre("3607 JobId=7 wants Vol=\"V-0001\" drive has Vol=\"\" on drive \"A\" (/A).\n"));
  EXPECT_FALSE(pool.find("A")->state().is_busy()) << "other jobs may use the device meanwhile";
  reading->release();
  waiting.join();
  ASSERT_TRUE(reservation);
  EXPECT_EQ(reservation->volume(), "V-0001");
}

/// Why a device cannot be had, with its code.
struct Obstacle {
  const char* code;
  Use use;
  void (*is)(DeviceState& state);
  const char* reason;
  bool prefers_mounted = true;
};
void PrintTo(const Obstacle& obstacle, std::ostream* out) { *out << obstacle.code; }

struct ObstacleTest : ReservationTest, testing::WithParamInterface<Obstacle> {
  /// What a job is told in its first round.
  std::string told(ReservationRequest what) {
    what.job = "job.7";
    testing_support::MemoryLog log;
    ManualClock clock;
    stop.request_stop();
    EXPECT_THROW(pool.reserve(what, catalog, {.log = &log, .clock = &clock}, stop.get_token()), Error);
    return log.text();
  }
};

TEST_P(ObstacleTest, IsToldInTheWordsOfThePeer) {
  add("A", 2);
  pool.find("A")->shared_state().with([&](DeviceState& state) { GetParam().is(state); });
  auto what = request(GetParam().use, {"A"});
  what.prefers_mounted_volumes = GetParam().prefers_mounted;
  EXPECT_THAT(told(what), HasSubstr(std::string("    ") + GetParam().reason + "\n"));
}

const Obstacle obstacles[] = {
    {"3601", Use::read, [](DeviceState& state) { state.blocked = Blocked::by_user; },
     "3601 JobId=7 device \"A\" (/A) is BLOCKED due to user unmount."},
    {"3602", Use::read, [](DeviceState& state) { state.writers = 1; },
     "3602 JobId=7 device \"A\" (/A) is busy (already reading/writing)."},
    {"3603", Use::append, [](DeviceState& state) { state.readers = 1; },
     "3603 JobId=7 device \"A\" (/A) is busy reading."},
    {"3604", Use::append, [](DeviceState& state) { state.blocked = Blocked::by_user_while_waiting; },
     "3604 JobId=7 device \"A\" (/A) is BLOCKED due to user unmount."},
    {"3605", Use::append,
     [](DeviceState& state) {
       state.writers = 1;
       state.pool = "Other";
     },
     "3605 JobId=7 wants free drive but device \"A\" (/A) is busy.", false},
    {"3608", Use::append,
     [](DeviceState& state) {
       state.writers = 1;
       state.pool = "Other";
     },
     "3608 JobId=7 wants Pool=\"Full\" but have Pool=\"Other\" nreserve=0 on drive \"A\" (/A)."},
    {"3609", Use::append, [](DeviceState& state) { state.writers = 2; },
     "3609 JobId=7 Max concurrent jobs exceeded on drive \"A\" (/A)."},
};
INSTANTIATE_TEST_SUITE_P(Codes, ObstacleTest, testing::ValuesIn(obstacles),
                         [](const auto& tested) { return "Code" + std::string(tested.param.code); });

struct VolumeLimits : ObstacleTest {};

TEST_F(VolumeLimits, OfJobsCountThoseThatWillWriteTheVolume) {
  add("A", 5);
  const auto first = reserve(request(Use::append, {"A"}));
  catalog.record("V-0001").max_jobs = 1;
  EXPECT_THAT(told(request(Use::append, {"A"})),
              HasSubstr("3610 JobId=7 Volume max jobs exceeded on drive \"A\" (/A).\n"));
}

TEST_F(VolumeLimits, OfJobsKeepAnotherOneFromJoining) {
  add("A", 5);
  add("B", 5);
  const auto first = reserve(request(Use::append, {"A"}));
  pool.find("A")->shared_state().with([](DeviceState& state) {
    ++state.writers;
    state.volume = "V-0001";
    state.pool = "Full";
  });
  catalog.record("V-0001").max_jobs = 1;
  const auto second = reserve(request(Use::append, {"A", "B"}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->device().settings().name, "B");
  EXPECT_EQ(second->volume(), "V-0002");
}

TEST_F(VolumeLimits, ThatTheCatalogFindsReachedKeepAnotherJobFromJoining) {
  add("A", 5);
  const auto first = reserve(request(Use::append, {"A"}));
  pool.find("A")->shared_state().with([](DeviceState& state) {
    ++state.writers;
    state.volume = "V-0001";
    state.pool = "Full";
  });
  catalog.record("V-0001").status = "Full";
  EXPECT_THAT(told(request(Use::append, {"A"})), HasSubstr("1998 Volume \"V-0001\" catalog status is Full"));
}

TEST_F(ReservationTest, TellsTheJobWhyItWaitsOnceAndThenSeldom) {
  add("A");
  const auto first = reserve(request(Use::append, {"A"}));
  testing_support::MemoryLog log;
  ManualClock clock;
  int rounds = 0;
  std::jthread waiting([&] {
    auto what = request(Use::read, {"A"});
    what.job = "Restore.1";
    ReservationWait wait{
        .heartbeat = [&] { ++rounds == 3 ? stop.request_stop() : false; }, .log = &log, .clock = &clock};
    EXPECT_THROW(pool.reserve(what, catalog, wait, stop.get_token()), Error);
  });
  while (log.text().empty()) std::this_thread::yield();
  // Every change of a device begins another round.
  while (!stop.stop_requested()) pool.find("A")->note_release();
  waiting.join();
  EXPECT_EQ(log.text(),
            "Job Restore.1 waits for a device:\n"
            "    3602 JobId=7 device \"A\" (/A) is busy (already reading/writing).\n");
}

/// A job that holds `first` and asks for `second`, as one that copies does.
struct Crossing {
  DevicePool& pool;
  MemoryCatalog& catalog;

  ReservationRequest request(std::uint32_t id, Use use, const std::string& device) const {
    return {.job_id = JobId(id),
            .job = "job." + std::to_string(id),
            .use = use,
            .media_type = "File",
            .pool = "Full",
            .devices = {device}};
  }
  std::optional<Reservation> reserve(const ReservationRequest& what) const {
    return pool.reserve(what, catalog, {}, {});
  }
};

TEST_F(ReservationTest, NoticesJobsThatWouldWaitForEachOtherForEver) {
  add("A");
  add("B");
  const Crossing crossing{pool, catalog};
  auto first_reads = crossing.reserve(crossing.request(1, Use::read, "A"));
  auto second_reads = crossing.reserve(crossing.request(2, Use::read, "B"));
  std::optional<Reservation> first_writes;
  std::jthread waiting([&] { first_writes = crossing.reserve(crossing.request(1, Use::append, "B")); });
  while (pool.waiting_reasons().empty()) std::this_thread::yield();
  EXPECT_THROW(crossing.reserve(crossing.request(2, Use::append, "A")), DeviceDeadlock);
  second_reads->release();
  waiting.join();
  EXPECT_TRUE(first_writes) << "the other one goes on";
}

TEST_F(ReservationTest, WaitsForJobsThatWaitForSomethingElse) {
  add("A");
  add("B");
  add("C");
  const Crossing crossing{pool, catalog};
  auto of_third = crossing.reserve(crossing.request(3, Use::read, "C"));
  auto of_first = crossing.reserve(crossing.request(1, Use::read, "A"));
  std::optional<Reservation> first_writes;
  std::optional<Reservation> second_writes;
  std::jthread first([&] {
    first_writes = crossing.reserve(crossing.request(1, Use::append, "C"));
    of_first->release();
  });
  while (pool.waiting_reasons().empty()) std::this_thread::yield();
  std::jthread second([&] { second_writes = crossing.reserve(crossing.request(2, Use::append, "A")); });
  while (pool.waiting_reasons().size() < 2) std::this_thread::yield();
  of_third->release();
  first.join();
  second.join();
  EXPECT_TRUE(first_writes && second_writes);
}

/// What jobs may do with devices, in plain words.
struct Model {
  struct Use {
    unsigned writers = 0;
    unsigned readers = 0;
    std::string pool;
    std::string volume;
  };
  std::mutex mutex;
  std::map<std::string, Use> devices;
  std::vector<std::string> violations;

  void begin(const Reservation& reservation, ReservationRequest::Use use, const std::string& pool,
             unsigned limit) {
    const std::lock_guard lock(mutex);
    const auto& name = reservation.device().settings().name;
    auto& device = devices[name];
    if (use == ReservationRequest::Use::read ? device.writers + device.readers > 0 : device.readers > 0)
      violations.push_back(name + " is read and used otherwise");
    if (use == ReservationRequest::Use::append) {
      if (device.writers >= limit) violations.push_back(name + " has too many writers");
      if (device.writers > 0 && device.pool != pool) violations.push_back(name + " is written for two pools");
      if (device.writers == 0) device.volume = reservation.volume();
      for (const auto& [other, state] : devices)
        if (other != name && state.writers > 0 && !device.volume.empty() && state.volume == device.volume)
          violations.push_back(device.volume + " is on two devices");
      device.pool = pool;
    }
    ++(use == ReservationRequest::Use::read ? device.readers : device.writers);
  }
  void end(const std::string& name, ReservationRequest::Use use) {
    const std::lock_guard lock(mutex);
    --(use == ReservationRequest::Use::read ? devices[name].readers : devices[name].writers);
  }
};

TEST_F(ReservationTest, KeepsToTheModelWhateverJobsDo) {
  constexpr unsigned limit = 2;
  add("A", limit);
  add("B", limit);
  Model model;
  const Crossing crossing{pool, catalog};
  const auto run_jobs = [&](std::uint32_t id) {
    std::mt19937 random(id);
    for (int round = 0; round < 150; ++round) {
      auto what = crossing.request(id, random() % 3 == 0 ? Use::read : Use::append, "A");
      what.devices =
          random() % 2 == 0 ? std::vector<std::string>{"A", "B"} : std::vector<std::string>{"B", "A"};
      what.pool = random() % 4 == 0 ? "Other" : "Full";
      what.prefers_mounted_volumes = random() % 2 == 0;
      auto first = crossing.reserve(what);
      const auto name = first->device().settings().name;
      model.begin(*first, what.use, what.pool, limit);
      if (what.use == Use::read && random() % 2 == 0) {
        auto copy = crossing.request(id, Use::append, name == "A" ? "B" : "A");
        copy.own_device = &first->device();
        try {
          auto second = crossing.reserve(copy);
          const auto written = second->device().settings().name;
          model.begin(*second, copy.use, copy.pool, limit);
          std::this_thread::yield();
          model.end(written, copy.use);
        } catch (const DeviceDeadlock&) {
          // It gives way.
        }
      }
      std::this_thread::yield();
      model.end(name, what.use);
    }
  };
  {
    std::vector<std::jthread> jobs;
    for (std::uint32_t id = 1; id <= 3; ++id) jobs.emplace_back([&, id] { run_jobs(id); });
  }
  EXPECT_THAT(model.violations, testing::IsEmpty());
  for (const auto& device : pool.devices()) EXPECT_FALSE(device->state().is_busy());
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs that are cancelled while a drive or a robot makes them wait.
#include <gtest/gtest.h>

#include <thread>

#include "base/wait.h"
#include "testing/device/cancelled.h"
#include "testing/device/memory_library.h"
#include "testing/volumes/one_tape.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using testing_support::failure_of;
using testing_support::MemoryLibrary;
using testing_support::MemoryLog;
using testing_support::MemoryTape;
using testing_support::OneTape;
using testing_support::some_files;
using testing_support::VolumeWorld;

/// Moves the first volume, and does not come back from it.
class HangingRobot final : public device::Changer {
 public:
  explicit HangingRobot(MemoryLibrary& library) : inner_(library) {}

  void heed(std::stop_token stop) override { stop_ = std::move(stop); }
  unsigned loaded(unsigned drive, const device::ChangerErrand& errand) override {
    return inner_.loaded(drive, errand);
  }
  void load(unsigned slot, unsigned drive, const device::ChangerErrand& errand) override {
    inner_.load(slot, drive, errand);
    if (!hangs.with([](bool& now) { return std::exchange(now, true); })) hang();
  }
  void unload(unsigned slot, unsigned drive, const device::ChangerErrand& errand) override {
    inner_.unload(slot, drive, errand);
  }
  std::vector<std::string> list() override { return inner_.list(); }
  std::vector<std::string> list_all() override { return inner_.list_all(); }
  unsigned slots() override { return inner_.slots(); }
  std::vector<std::string> transfer(unsigned from, unsigned to) override { return inner_.transfer(from, to); }

  Guarded<bool> hangs{false};

 private:
  void hang() {
    wait_for(stop_);
    throw Error(ErrorKind::cancelled, "cancelled");
  }

  MemoryLibrary::Robot inner_;
  std::stop_token stop_;
};

struct CancelledMoves : testing::Test {
  MemoryLibrary library{3};
  StorageDevice first{DeviceSettings{.name = "Drive-0", .archive = "", .media_type = ""},
                      std::make_unique<MemoryLibrary::LibraryDrive>(library, 0)};
  StorageDevice second{DeviceSettings{.name = "Drive-1", .archive = "", .media_type = "", .drive_index = 1},
                       std::make_unique<MemoryLibrary::LibraryDrive>(library, 1)};
  HangingRobot* robot = new HangingRobot(library);
  Autochanger changer{"Library", std::unique_ptr<device::Changer>(robot)};

  CancelledMoves() {
    for (const unsigned slot : {1U, 2U, 3U}) library.put(slot, "V" + std::to_string(slot));
    for (auto* device : {&first, &second}) changer.add(*device), device->set_changer(changer);
  }
  std::optional<ErrorKind> load(StorageDevice& device, unsigned slot, const std::stop_token& stop) {
    return failure_of([&] {
      MemoryLog log;
      auto turn = device.take_turn(stop);
      EXPECT_EQ(changer.load(device, turn, slot, {}, log).loaded, Autochanger::Loaded::yes);
    });
  }
  void wait_until_it_hangs() {
    robot->hangs.wait(
        {}, [](bool now) { return now; }, [](bool) {});
  }
};

TEST_F(CancelledMoves, EndAndWhatTheRobotDidMeanwhileIsAskedForAgain) {
  std::stop_source job;
  std::jthread cancelled([&] { EXPECT_EQ(load(first, 1, job.get_token()), ErrorKind::cancelled); });
  wait_until_it_hangs();
  job.request_stop();
  cancelled.join();
  EXPECT_EQ(changer.known_slot(first), std::nullopt);
  EXPECT_EQ(load(first, 1, {}), std::nullopt);
  EXPECT_EQ(library.moves, std::vector<std::string>{"load 1 0"}) << "it is there already";
  EXPECT_EQ(load(first, 2, {}), std::nullopt);
  EXPECT_EQ(library.in_drive(0), "V2");
}

TEST_F(CancelledMoves, EndAlsoWhileAnotherJobHasTheRobot) {
  std::stop_source job, other_job;
  std::jthread hanging([&] { EXPECT_EQ(load(first, 1, job.get_token()), ErrorKind::cancelled); });
  wait_until_it_hangs();
  std::jthread waiting([&] { EXPECT_EQ(load(second, 2, other_job.get_token()), ErrorKind::cancelled); });
  other_job.request_stop();
  waiting.join();
  EXPECT_EQ(library.in_drive(1), "");
  job.request_stop();
  hanging.join();
  EXPECT_EQ(load(second, 2, {}), std::nullopt);
}

TEST_F(CancelledMoves, OfTheOperatorEndWithHisSession) {
  std::stop_source job, session;
  std::jthread hanging([&] { EXPECT_EQ(load(first, 1, job.get_token()), ErrorKind::cancelled); });
  wait_until_it_hangs();
  session.request_stop();
  EXPECT_EQ(failure_of([&] {
              changer.with_robot(session.get_token(), [](device::Changer& moved) { return moved.slots(); });
            }),
            ErrorKind::cancelled);
  job.request_stop();
}

/// A tape drive that others use, too; when it waits, the job is cancelled.
struct BusyTape : testing::Test {
  MemoryTape tape;
  VolumeWorld world{std::make_unique<OneTape>(tape)};
  std::stop_source job;

  BusyTape() {
    tape.on_pause = [this] { job.request_stop(); };
  }
  BlockWriter writer() {
    return {*world.device, world.job(1).mounting, world.catalog,  world.log,
            world.stamp,   world.clock,           job.get_token()};
  }
  std::vector<std::string> statuses() {
    std::vector<std::string> all;
    for (const auto& record : world.catalog.records()) all.push_back(record.status);
    return all;
  }
};

TEST_F(BusyTape, IsNotWaitedForByACancelledJob) {
  {
    auto cancelled = writer();
    tape.make_busy();
    EXPECT_EQ(failure_of([&] { cancelled.open(""); }), ErrorKind::cancelled);
    EXPECT_EQ(tape.waited(), device::open_retry_pause);
  }
  tape.make_ready();
  const auto files = some_files(3, 1);
  EXPECT_EQ(world.read(world.append(files)), files);
}

TEST_F(BusyTape, ThatACancelledJobWroteToCountsNoErrorAndIsAppendedTo) {
  const auto first = some_files(3, 1), second = some_files(3, 2);
  const auto before = world.append(first);
  {
    auto cancelled = writer();
    cancelled.open("");
    tape.make_busy();
    const auto payload = Buffer(100);
    const auto bytes = format::build_single_record_block({}, {.file_index = 1, .stream = 2, .length = 100},
                                                         payload, [](Bytes) { return 0U; });
    EXPECT_EQ(failure_of([&] { cancelled.write({.bytes = bytes, .first_index = 1, .last_index = 1}); }),
              ErrorKind::cancelled);
    EXPECT_EQ(tape.waited(), device::write_retry_pause);
  }
  tape.make_ready();
  EXPECT_EQ(statuses(), std::vector<std::string>{"Append"});
  EXPECT_EQ(world.catalog.records().front().errors, 0U);
  const auto after = world.append(second);
  EXPECT_EQ(statuses(), std::vector<std::string>{"Append"});
  EXPECT_EQ(world.read(before), first);
  EXPECT_EQ(world.read(after), second);
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/data_spool.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "testing/volumes/memory_spool.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace testing_support;

struct SpoolTest : testing::Test {
  VolumeWorld world;
  MemorySpool::Disk disk;
  SpoolCounters counters;
  std::vector<SpoolStage> stages;
  std::stop_source stop;

  SpoolOrder order(std::uint64_t job_limit) {
    return {.store = std::make_unique<MemorySpool>(disk),
            .job_limit = job_limit,
            .counters = &counters,
            .show = [this](SpoolStage stage) { stages.push_back(stage); }};
  }

  /// Runs a job over the spool; `instead` may end it before the commit.
  VolumeSession append(const std::vector<TestRecord>& records, std::uint64_t job_limit,
                       const std::function<void()>& instead = {}) {
    const auto what = world.job(++world.sessions);
    const auto before = world.catalog.job_media().size();
    MemoryAttributes attributes;
    BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock,
                       stop.get_token());
    writer.open({});
    {
      DataSpool spool(writer, *world.device, order(job_limit), world.log, world.clock, stop.get_token());
      AppendSession session(spool, what, attributes, world.clock, stop.get_token());
      for (const auto& record : records)
        session.record(record.file_index, record.stream, as_bytes(record.payload));
      session.close(JobStatus::terminated, 0);
      if (instead) {
        instead();
      } else {
        spool.commit();
      }
    }
    writer.release();
    const auto all = world.catalog.job_media();
    for (auto i = before; i < all.size(); ++i) world.media.emplace_back(what.mounting.session, all[i]);
    return what.mounting.session;
  }
};

TEST_F(SpoolTest, BringsNothingToTheVolumeBeforeTheEnd) {
  const auto files = some_files(20, 1, 50'000);
  std::size_t on_volume = 0;
  append(files, 0, [&] { on_volume = world.shelf.medium("V-0001").contents.size(); });
  EXPECT_LT(on_volume, 1000U) << "more than the label";
  EXPECT_TRUE(world.catalog.job_media().empty());
  const auto session = append(files, 0);
  EXPECT_EQ(world.read(session), files);
  EXPECT_THAT(world.log.text(), HasSubstr("Spooling data ...\n"));
  EXPECT_THAT(world.log.text(), HasSubstr("Committing spooled data to Volume \"V-0001\". Despooling "));
  EXPECT_EQ(world.device->spool_space().bytes(), 0U);
}

TEST_F(SpoolTest, DespoolsWhenTheJobReachesItsLimit) {
  const auto files = some_files(100, 2, 100'000);
  const auto session = append(files, 3'000'000);
  EXPECT_EQ(world.read(session), files);
  EXPECT_LT(disk.most, 3'000'000U);
  EXPECT_THAT(world.log.text(), HasSubstr("User specified Job spool size reached: JobSpoolSize="));
  EXPECT_THAT(world.log.text(), HasSubstr(" MaxJobSpoolSize=3,000,000\nWriting spooled data to Volume. "));
  EXPECT_THAT(world.log.text(), HasSubstr("Spooling data again ...\n"));
}

TEST_F(SpoolTest, DespoolsWhenTheDeviceReachesItsLimit) {
  world.settings.max_spool_size = 2'500'000;
  world.restart();
  world.device->spool_space().add(1'000'000);  // another job's
  const auto files = some_files(60, 3, 100'000);
  EXPECT_EQ(world.read(append(files, 0)), files);
  EXPECT_LT(disk.most, 2'500'000U);
  EXPECT_THAT(world.log.text(), HasSubstr("User specified Device spool size reached: DevSpoolSize="));
  EXPECT_EQ(world.device->spool_space().bytes(), 1'000'000U);
}

TEST_F(SpoolTest, SpoolsBlockByBlockWhereOthersHoldAllTheSpace) {
  world.settings.max_spool_size = 500'000;
  world.restart();
  world.device->spool_space().add(500'000);
  const auto files = some_files(60, 3, 100'000);
  EXPECT_EQ(world.read(append(files, 0)), files);
}

TEST_F(SpoolTest, GoesOnWhenTheDiskIsFull) {
  for (const std::size_t capacity : {0UL, 5UL, 500'000UL, 1'200'000UL, 3'000'000UL}) {
    disk = {};
    disk.capacity = capacity;
    const auto files = some_files(60, 4, 100'000);
    EXPECT_EQ(world.read(append(files, 0)), files) << capacity;
    EXPECT_THAT(world.log.text(), HasSubstr("The disk for spooling is full."));
  }
}

TEST_F(SpoolTest, ChangesTheVolumeWhileItDespools) {
  world.catalog.set_max_bytes(2'000'000);
  const auto files = some_files(100, 5, 100'000);
  EXPECT_EQ(world.read(append(files, 3'000'000)), files);
  EXPECT_GT(world.catalog.records().size(), 2U);
}

TEST_F(SpoolTest, RefusesToWriteWhatTheSpoolDiskDamaged) {
  const auto damage = [&] { disk.contents[disk.contents.size() / 2] ^= std::byte{1}; };
  const auto what = world.job(1);
  MemoryAttributes attributes;
  BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock, {});
  writer.open({});
  DataSpool spool(writer, *world.device, order(0), world.log, world.clock, {});
  AppendSession session(spool, what, attributes, world.clock, {});
  for (const auto& record : some_files(30, 6, 100'000))
    session.record(record.file_index, record.stream, as_bytes(record.payload));
  session.close(JobStatus::terminated, 0);
  damage();
  EXPECT_THROW(spool.commit(), Error);
}

TEST_F(SpoolTest, EndsWhenTheJobIsCancelledWhileItDespools) {
  try {
    append(some_files(30, 7, 100'000), 0, [&] {
      stop.request_stop();
      throw Error(ErrorKind::cancelled, "");
    });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cancelled);
  }
  EXPECT_FALSE(world.device->state().is_busy());
  EXPECT_EQ(world.device->spool_space().bytes(), 0U);
}

TEST_F(SpoolTest, LeavesNothingWaitingWhenCancelledBeforeItsTurn) {
  const SpoolSpace::Turn of_another_job(world.device->spool_space(), {});
  std::jthread cancelling([&] { stop.request_stop(); });
  EXPECT_THROW(append(some_files(30, 8, 100'000), 1'500'000), Error);
  EXPECT_EQ(world.device->spool_space().bytes(), 0U);
}

TEST_F(SpoolTest, TellsTheStatusWhatItDoes) {
  append(some_files(3, 9), 0);
  EXPECT_THAT(stages,
              ElementsAre(SpoolStage::spooling, SpoolStage::waiting_to_despool, SpoolStage::despooling,
                          SpoolStage::spooling, SpoolStage::none, SpoolStage::none));
  const auto counts = counters.counts();
  EXPECT_EQ(counts.active, 0U);
  EXPECT_EQ(counts.total, 1U);
  EXPECT_EQ(counts.bytes, 0U);
  EXPECT_EQ(counts.most, disk.most);
}

TEST_F(SpoolTest, KeepsTheDataOfJobsThatDespoolAtTheSameTimeTogether) {
  constexpr unsigned jobs = 4;
  std::vector<VolumeSession> sessions(jobs);
  {
    std::vector<std::jthread> running;
    for (unsigned i = 0; i < jobs; ++i) {
      running.emplace_back([&, i] {
        MemorySpool::Disk own;
        const auto what = world.job(100 + i);
        MemoryAttributes attributes;
        BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock,
                           {});
        writer.open({});
        SpoolOrder order{.store = std::make_unique<MemorySpool>(own)};
        DataSpool spool(writer, *world.device, std::move(order), world.log, world.clock, {});
        AppendSession session(spool, what, attributes, world.clock, {});
        for (const auto& record : some_files(60, i, 100'000))
          session.record(record.file_index, record.stream, as_bytes(record.payload));
        session.close(JobStatus::terminated, 0);
        spool.commit();
        writer.release();
      });
    }
  }
  auto ranges = world.catalog.job_media();
  ASSERT_EQ(ranges.size(), jobs) << "one range for each job";
  std::sort(ranges.begin(), ranges.end(),
            [](const auto& a, const auto& b) { return a.range.start < b.range.start; });
  for (unsigned i = 1; i < jobs; ++i) EXPECT_GT(ranges[i].range.start, ranges[i - 1].range.end);
}

TEST(SpoolFiles, AreNamedForDaemonJobAndDevice) {
  EXPECT_EQ(spool_path("/spool", "disk-sd", 7, "nightly.2026-11-22_21.51.36_16", "Tape/0"),
            "/spool/disk-sd.data.7.nightly.2026-11-22_21.51.36_16.Tape_0.spool");
}

TEST(SpoolFiles, OfThisDaemonAreRemovedAtItsStart) {
  const auto directory = testing::TempDir() + "/leftovers";
  std::filesystem::create_directories(directory);
  for (const auto* name : {"sd.data.1.a.D.spool", "sd.attr.a.spool", "sd2.data.1.a.D.spool", "sd.state", "x"})
    std::ofstream(directory + "/" + name) << "x";
  EXPECT_EQ(remove_leftover_spools(directory, "sd"), 2U);
  EXPECT_THAT(os::regular_files(directory), ElementsAre("sd.state", "sd2.data.1.a.D.spool", "x"));
  std::filesystem::remove_all(directory);
}

TEST(SpoolFiles, VanishWithTheirJob) {
  const auto path = testing::TempDir() + "/vanishing.spool";
  {
    SpoolFile file(path);
    EXPECT_TRUE(os::file_exists(path));
  }
  EXPECT_FALSE(os::file_exists(path));
}

}  // namespace
}  // namespace holdfast::volumes

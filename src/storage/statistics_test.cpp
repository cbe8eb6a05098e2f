// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/statistics.h"

#include <gmock/gmock.h>

#include <thread>

#include "testing/storage/fake_peers.h"

namespace holdfast::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using namespace testing_support;

struct StatisticsTest : ::testing::Test {
  StorageWorld world;
  MemoryCatalog catalog;
  FakeDirector director{world, catalog};
  Statistics statistics{world.devices, world.jobs, world.clock};

  void collect(bool of_devices, bool of_jobs) {
    auto& own = world.configuration->storages.front();
    own.collect_device_statistics = of_devices;
    own.collect_job_statistics = of_jobs;
  }
};

TEST_F(StatisticsTest, TellWhatDevicesDidSinceTheStart) {
  collect(true, false);
  const auto written = director.back_up(1, [](FakeClient& client) { client.append(some_files(5, 1)); });
  ASSERT_TRUE(written.is_good());
  statistics.sample(*world.configuration);
  const auto wrote = world.devices.find("FileStorage")->state().work.bytes_written;
  EXPECT_GT(wrote, written.end->bytes) << "blocks have headers";
  EXPECT_THAT(statistics.take(),
              ElementsAre(StartsWith(fmt::format("Devicestats [1795384266]: Device=FileStorage Read=0, "
                                                 "Write={}, SpoolSize=0, NumWaiting=0, NumWriters=0, ",
                                                 wrote))));
  director.restore(2, bootstrap_of(written), [](FakeClient& client) { client.read(); });
  statistics.sample(*world.configuration);
  EXPECT_THAT(statistics.take(), ElementsAre(HasSubstr(fmt::format("Read={}, Write={},", wrote, wrote))));
}

TEST_F(StatisticsTest, TellTheAlertsOfADriveOnce) {
  struct Dirty final : volumes::DriveAlerts {
    std::uint64_t tell(const device::ChangerErrand&, volumes::JobLog&) override { return 1U << 19; }
  };
  collect(true, false);
  world.devices.find("FileStorage")->set_alerts(std::make_unique<Dirty>());
  ASSERT_TRUE(director.back_up(1, [](FakeClient& client) { client.append(some_files(1, 1)); }).is_good());
  statistics.sample(*world.configuration);
  EXPECT_THAT(statistics.take(),
              ElementsAre(StartsWith("Devicestats [1795384266]: "),
                          "Tapealerts [1795384266]: Device=FileStorage TapeAlert=524288\n"));
  statistics.sample(*world.configuration);
  EXPECT_THAT(statistics.take(), SizeIs(1));
}

TEST_F(StatisticsTest, TellWhatRunningJobsDid) {
  collect(true, true);
  const auto& device = *world.devices.find("FileStorage");
  std::vector<std::string> before, during;
  director.back_up(7, [&](FakeClient& client) {
    client.begin_append();
    statistics.sample(*world.configuration);
    before = statistics.take();
    client.send(some_files(1, 1));
    client.channel().flush();
    while (device.state().writers == 0) std::this_thread::yield();
    statistics.sample(*world.configuration);
    during = statistics.take();
    client.end_append();
  });
  EXPECT_THAT(before, SizeIs(1)) << "the device is taken when the first record comes";
  ASSERT_THAT(during, SizeIs(2));
  EXPECT_THAT(during[0], HasSubstr("NumWriters=1,"));
  EXPECT_EQ(during[1], "Jobstats [1795384266]: JobId=7, JobFiles=0, JobBytes=0, DevName=FileStorage\n");
}

TEST_F(StatisticsTest, AreNotCollectedWhereNobodyWantsThem) {
  collect(false, false);
  statistics.sample(*world.configuration);
  EXPECT_THAT(statistics.take(), IsEmpty());
}

TEST_F(StatisticsTest, OfADirectorThatNeverAsksTakeBoundedMemory) {
  collect(true, false);
  for (int i = 0; i < 100'010; ++i) statistics.sample(*world.configuration);
  EXPECT_THAT(statistics.take(), SizeIs(100'000));
}

}  // namespace
}  // namespace holdfast::storage

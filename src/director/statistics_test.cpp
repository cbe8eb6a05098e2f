// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/statistics.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "config/load.h"
#include "testing/catalog/both_databases.h"
#include "testing/config/memory_surroundings.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::director {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* text = R"(
Director { Name = dir; Messages = M; Password = x; WorkingDirectory = /tmp; QueryFile = /dev/null }
Messages { Name = M; Console = all }
Catalog { Name = C; DbDriver = sqlite; DbName = c; DbUser = u }
Storage { Name = Quiet; Address = h; Password = x; Device = d; MediaType = File }
Storage { Name = Tapes; Address = h; Password = x; Device = d; MediaType = LTO; CollectStatistics = yes }
Client { Name = fd; Address = h; Password = x }
FileSet { Name = All; Include { File = / } }
Pool { Name = Full; PoolType = Backup }
Job { Name = nightly; Type = Backup; Level = Full; Client = fd; FileSet = All; Storage = Tapes; Pool = Full; Messages = M }
)";

class Statistics : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    catalog::OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    setenv("TZ", "UTC", 1);
    tzset();
    testing_support::MemorySurroundings surroundings(text);
    auto loaded = config::load_director("test.conf", surroundings);
    for (const auto& error : loaded.errors) FAIL() << error.render();
    configuration_ = std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
    files_ = std::make_unique<catalog::TemporaryCatalog>(GetParam());
    catalogs_ = std::make_unique<LentCatalogs>([this](const config::Catalog&) { return files_->open(); });
  }

  /// The daemon says these lines, whatever it is asked.
  void collect(StatisticsCollector& collector, std::vector<std::string> lines) {
    lines_ = std::move(lines);
    collector.collect({});
  }
  StatisticsCollector::Surroundings surroundings() {
    return {[this] { return configuration_; },
            [this](const config::Storage& storage, std::stop_token) {
              asked_.push_back(storage.name);
              if (lines_.empty()) throw Error(ErrorKind::network, "nobody listens");
              auto [here, there] = transport::memory_pair();
              daemon_ = std::make_unique<transport::Channel>(std::move(there));
              for (const std::string& line : lines_) daemon_->send(line);
              daemon_->send(wire::Signal::terminate);
              daemon_->flush();
              transport::Connected connected;
              connected.channel = std::make_unique<transport::Channel>(std::move(here));
              return connected;
            },
            *catalogs_, [this](std::string_view warning) { warnings_.emplace_back(warning); }};
  }

  std::vector<std::string> rows(const std::string& sql) {
    std::vector<std::string> found;
    files_->open()->queries().query(sql, {}, [&](const catalog::ResultRow& row) {
      std::string line;
      for (std::size_t i = 0; i < row.columns(); ++i) line += (i > 0 ? " " : "") + std::string(row.text(i));
      found.push_back(line);
      return true;
    });
    return found;
  }

  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  std::unique_ptr<catalog::TemporaryCatalog> files_;
  std::unique_ptr<LentCatalogs> catalogs_;
  std::unique_ptr<transport::Channel> daemon_;
  std::vector<std::string> lines_, asked_, warnings_;
};
INSTANTIATE_TEST_SUITE_P(Databases, Statistics, catalog::both_databases(), catalog::name_of_database);

TEST_P(Statistics, AreKeptAsTheDaemonTellsThem) {
  StatisticsCollector collector(surroundings());
  collect(
      collector,
      {"Devicestats [1795384262]: Device=LTO\1one Read=1, Write=2, SpoolSize=3, NumWaiting=4, NumWriters=5, "
       "ReadTime=6, WriteTime=7, MediaId=8, VolBytes=9, VolFiles=10, VolBlocks=11\n",
       "Tapealerts [1795384263]: Device=LTO\1one TapeAlert=4096\n", "Somethingnew [1]: Device=x\n",
       "Jobstats [1795384264]: JobId=12, JobFiles=13, JobBytes=14, DevName=LTO\1one\n",
       "2000 OK statistics\n"});
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(asked_, ElementsAre("Tapes"));
  EXPECT_THAT(rows("SELECT Device.Name, Storage.Name FROM Device JOIN Storage ON Storage.StorageId = "
                   "Device.StorageId"),
              ElementsAre("LTO one Tapes"));
  EXPECT_THAT(
      rows(
          "SELECT SampleTime, ReadBytes, WriteBytes, SpoolSize, NumWaiting, NumWriters, ReadTime, WriteTime, "
          "MediaId, VolCatBytes, VolCatFiles, VolCatBlocks FROM DeviceStats"),
      ElementsAre("2026-11-22 21:51:02 1 2 3 4 5 6 7 8 9 10 11"));
  EXPECT_THAT(rows("SELECT SampleTime, AlertFlags FROM TapeAlerts"), ElementsAre("2026-11-22 21:51:03 4096"));
  EXPECT_THAT(rows("SELECT SampleTime, JobId, JobFiles, JobBytes FROM JobStats"),
              ElementsAre("2026-11-22 21:51:04 12 13 14"));
}

TEST_P(Statistics, OfADaemonThatIsAwayAreToldOnceAndTriedAgain) {
  StatisticsCollector collector(surroundings());
  for (int i = 0; i < 3; ++i) collect(collector, {});
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_.front(), HasSubstr("\"Tapes\" could not be collected"));
  EXPECT_THAT(asked_, SizeIs(3));
  collect(collector, {"2000 OK statistics\n"});
  collect(collector, {});
  EXPECT_THAT(warnings_, SizeIs(2));
}

}  // namespace
}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/simulation.h"

#include <gmock/gmock.h>

#include "catalog/memory_copy.h"
#include "config/load.h"
#include "testing/catalog/temporary_catalog.h"
#include "testing/config/memory_surroundings.h"
#include "testing/jobs/time_zone.h"

namespace holdfast::jobs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* world = R"(
Director { Name = dir; Messages = M; Password = x; WorkingDirectory = /tmp; QueryFile = /dev/null }
Messages { Name = M; Console = all }
Catalog { Name = C; DbDriver = sqlite; DbName = c; DbUser = u }
Client { Name = fd; Address = h; Password = x }
FileSet { Name = All; Include { File = / } }
Storage { Name = Disk; Address = h; Password = x; Device = d; MediaType = File }
Pool { Name = Small; PoolType = Backup; LabelFormat = "Small-" }
Schedule { Name = Week
  Run = Full sun at 22:00
  Run = Incremental mon-sat at 22:00
}
Job { Name = nightly; Type = Backup; Level = Incremental; Client = fd; FileSet = All; Storage = Disk; Pool = Small
  Messages = M; Schedule = Week }
)";

class Simulations : public ::testing::Test {
 protected:
  Simulations() {
    testing_support::MemorySurroundings surroundings(world);
    auto loaded = config::load_director("test.conf", surroundings);
    for (const auto& error : loaded.errors) ADD_FAILURE() << error.render();
    configuration_ = std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
    const auto catalog = files_.open();
    catalog::FileSetRow fileset;
    fileset.name = "All";
    fileset.md5 = "x";
    fileset_ =
        catalog->filesets().get_or_create(fileset, catalog::FileSetCatalog::Match::name_and_md5, from_).id;
    put_pool(*catalog, 2, 1000);
    add_history(*catalog, JobLevel::full, 600, days(3));
    add_history(*catalog, JobLevel::incremental, 100, days(1));
  }

  void put_pool(catalog::Catalog& catalog, std::uint32_t volumes, std::uint64_t bytes) {
    catalog::PoolRow pool;
    pool.name = "Small";
    pool.label_format = "Small-";
    pool.max_volumes = volumes;
    pool.max_volume_bytes = bytes;
    pool.volume_retention = 86400 * 365;
    pool_ = catalog.pools().put(pool);
  }

  void add_history(catalog::Catalog& catalog, JobLevel level, std::uint64_t bytes, days ago) {
    catalog::JobRow row;
    row.job = "nightly." + std::string(1, static_cast<char>(level));
    row.name = "nightly";
    row.level = level;
    row.client = catalog.clients().get_or_create("fd").id;
    row.scheduled = from_ - ago;
    row.id = catalog.jobs().create(row);
    row.fileset = fileset_;
    row.pool = pool_;
    row.started = from_ - ago;
    row.ended = row.started + hours(1);
    row.job_tdate = row.ended.time_since_epoch().count();
    row.status = JobStatus::terminated;
    row.bytes = bytes;
    row.files = 7;
    catalog.jobs().finish(row);
  }

  Simulation simulate_days(int count) {
    const auto original = files_.open();
    copy_ = catalog::copy_without_files(*original);
    return simulate(
        {*configuration_, *copy_, {10, {}, {}, {}}, from_, from_ + days(count), [](const config::Job&) {
           return true;
         }});
  }

  testing_support::TimeZone zone_{"UTC0"};
  const Moment from_{std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + hours(12)};  ///< a Wednesday
  catalog::TemporaryCatalog files_;
  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  std::unique_ptr<catalog::Catalog> copy_;
  FileSetId fileset_{};
  PoolId pool_{};
};

TEST_F(Simulations, RunWhatTheScheduleSaysWithSizesFromHistory) {
  const auto found = simulate_days(5);
  ASSERT_THAT(found.jobs, SizeIs(5));
  EXPECT_EQ(found.jobs[0].level, JobLevel::incremental);
  EXPECT_EQ(found.jobs[0].bytes, 100U);
  EXPECT_EQ(found.jobs[0].started, from_ + hours(10));
  EXPECT_EQ(found.jobs[0].ended, from_ + hours(11));
  EXPECT_THAT(found.jobs[0].volumes, ElementsAre("Small-0001"));
  EXPECT_EQ(found.jobs[4].level, JobLevel::full);
  EXPECT_EQ(found.jobs[4].bytes, 600U);
  EXPECT_THAT(found.exhausted, IsEmpty());
  ASSERT_THAT(found.volumes, SizeIs(1));
  EXPECT_EQ(found.volumes[0].status, "Full");
}

TEST_F(Simulations, TellWhenAPoolRunsOut) {
  const auto found = simulate_days(14);
  ASSERT_THAT(found.exhausted, SizeIs(1));
  EXPECT_EQ(found.exhausted[0].pool, "Small");
  // 400 + 600 fill the first volume, six nights 600 of the second; the Full of the second Sunday takes 400 and lacks 200.
  EXPECT_EQ(found.exhausted[0].when, from_ + days(11) + hours(11));
  EXPECT_THAT(found.volumes, SizeIs(2));
}

TEST_F(Simulations, ChangeNothing) {
  simulate_days(14);
  EXPECT_THAT(files_.open()->jobs().list({}), SizeIs(2));
  EXPECT_EQ(files_.open()->volumes().highest_id(), MediaId());
}

TEST_F(Simulations, SayWhereTheyGuess) {
  const auto catalog = files_.open();
  auto rows = catalog->jobs().list({});
  for (auto& row : rows) {
    row.status = JobStatus::fatal;
    catalog->jobs().finish(row);
  }
  const auto found = simulate_days(1);
  ASSERT_THAT(found.jobs, SizeIs(1));
  EXPECT_EQ(found.jobs[0].level, JobLevel::full);
  EXPECT_TRUE(found.jobs[0].is_guess);
}

}  // namespace
}  // namespace holdfast::jobs

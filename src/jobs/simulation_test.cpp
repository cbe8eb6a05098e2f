// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/simulation.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "catalog/memory_copy.h"
#include "config/load.h"
#include "jobs/file_set_key.h"
#include "testing/catalog/temporary_catalog.h"
#include "testing/config/memory_surroundings.h"
#include "testing/jobs/time_zone.h"

namespace holdfast::jobs {
namespace {

using std::chrono::days;
using std::chrono::hours;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
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
  Simulations() { configure(""); }

  /// A week ago there was a Full of 600 bytes, yesterday an Incremental of 100, an hour each.
  void configure(const std::string& more,
                 const std::vector<std::pair<std::string, std::string>>& replaced = {}) {
    std::string text = world + more;
    for (const auto& [what, by] : replaced) text = replace_all(text, what, by);
    testing_support::MemorySurroundings surroundings(text);
    auto loaded = config::load_director("test.conf", surroundings);
    for (const auto& error : loaded.errors) ADD_FAILURE() << error.render();
    configuration_ = std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
    if (fileset_) return;
    const auto catalog = files_.open();
    fileset_ = file_set_row(catalog->filesets(), configuration_->file_sets.front(), from_).id;
    small_ = put_pool(*catalog, "Small", 2, 1000);
    add_history(*catalog, JobLevel::full, 600, days(3));
    add_history(*catalog, JobLevel::incremental, 100, days(1));
  }

  PoolId put_pool(catalog::Catalog& catalog, const std::string& name, std::uint32_t volumes,
                  std::uint64_t bytes) {
    catalog::PoolRow pool;
    pool.name = name;
    pool.label_format = name + "-";
    pool.max_volumes = volumes;
    pool.max_volume_bytes = bytes;
    pool.volume_retention = 86400 * 365;
    return catalog.pools().put(pool);
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
    row.pool = small_;
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
    for (const char* name : {"Large", "Other"}) put_pool(*copy_, name, 0, 0);
    return simulate(
        {*configuration_, *copy_, {10, {}, {}, {}}, from_, from_ + days(count), [](const config::Job&) {
           return true;
         }});
  }

  std::vector<SimulatedJob> of(const Simulation& found, const std::string& name) {
    std::vector<SimulatedJob> jobs;
    for (const auto& job : found.jobs)
      if (job.name == name) jobs.push_back(job);
    return jobs;
  }

  testing_support::TimeZone zone_{"UTC0"};
  const Moment from_{std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + hours(12)};  ///< a Wednesday
  catalog::TemporaryCatalog files_;
  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  std::unique_ptr<catalog::Catalog> copy_;
  FileSetId fileset_{};
  PoolId small_{};
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

/// Pools and storages to write copies to.
constexpr const char* next_pools = R"(
Storage { Name = Second; Address = h; Password = x; Device = d; MediaType = File; MaximumConcurrentJobs = 9 }
Pool { Name = Large; PoolType = Backup; LabelFormat = "Large-"; Storage = Second }
)";

TEST_F(Simulations, PruneWhatClientsPrune) {
  configure("", {{"Client { ", "Client { AutoPrune = yes; JobRetention = 6 days; "}});
  const auto found = simulate_days(12);
  // The old chain is held until the Full of the first Sunday is there; behind that it goes when it is six days old.
  EXPECT_THAT(found.events,
              Contains(Field(&SimulatedEvent::text, "Pruned 1 Job for client fd from catalog.")));
  EXPECT_THAT(found.events, Contains(Field(&SimulatedEvent::text, HasSubstr("Pruned Files from"))).Times(0));
  const auto rows = copy_->jobs().list({});
  EXPECT_GT(rows.front().id, JobId(2));
}

TEST_F(Simulations, FullsAfterAChangeOfTheFileSet) {
  configure("", {{"File = / }", "File = /; File = /boot }"}});
  const auto found = simulate_days(2);
  ASSERT_THAT(found.jobs, SizeIs(2));
  EXPECT_EQ(found.jobs[0].level, JobLevel::full);
  EXPECT_EQ(found.jobs[1].level, JobLevel::incremental);
}

TEST_F(Simulations, MakeVirtualFullsAsLargeAsTheirChain) {
  configure(next_pools, {{"Run = Full sun at 22:00", "Run = VirtualFull NextPool = Large sun at 23:00"}});
  const auto found = simulate_days(5);
  const SimulatedJob& merged = found.jobs.back();
  EXPECT_EQ(merged.level, JobLevel::virtual_full);
  EXPECT_EQ(merged.problem, "");
  // The Full of 600 bytes, the Incremental before, and four more.
  EXPECT_EQ(merged.bytes, 600U + 5 * 100U);
  EXPECT_EQ(merged.about, "made of 6 jobs");
  EXPECT_THAT(merged.volumes, ElementsAre("Large-0002"));
  EXPECT_FALSE(merged.is_guess);
  // By the speed of the Job so far: 700 bytes in two hours.
  EXPECT_EQ(merged.ended - merged.started, std::chrono::seconds(1100 * 7200 / 700));
  const auto row =
      copy_->jobs()
          .list({.levels = {JobLevel::full}, .order = catalog::JobFilter::Order::newest_start_first})
          .front();
  EXPECT_EQ(row.bytes, 1100U) << "it counts as the Full of the last job that it is made of";
}

TEST_F(Simulations, CopyWhatWasNotCopied) {
  configure(std::string(next_pools) + R"(
Job { Name = copies; Type = Copy; SelectionType = PoolUncopiedJobs; Pool = Small; NextPool = Large; Messages = M
  Schedule = Copies }
Schedule { Name = Copies
  Run = at 06:00 }
)");
  const auto found = simulate_days(3);
  const auto copies = of(found, "copies");
  ASSERT_THAT(copies, SizeIs(3 + 5)) << "three that select; two jobs of before, and three of these nights";
  EXPECT_EQ(copies[0].about, "starts 3 jobs");
  std::vector<std::uint64_t> sizes;
  for (const SimulatedJob& job : copies)
    if (job.pool == "Large") sizes.push_back(job.bytes);
  EXPECT_THAT(sizes, ElementsAre(600U, 100U, 100U, 100U, 100U));
  EXPECT_THAT(copy_->jobs().list({.types = {JobType::copy_of_job}}), SizeIs(5));
}

TEST_F(Simulations, MigrateOldJobsAndPurgeThem) {
  configure(std::string(next_pools) + R"(
Job { Name = moves; Type = Migrate; SelectionType = Job; SelectionPattern = "night"; Pool = Small; NextPool = Large
  Messages = M; Schedule = Moves; PurgeMigrationJob = yes }
Schedule { Name = Moves
  Run = at 06:00 }
)");
  const auto found = simulate_days(1);
  EXPECT_THAT(of(found, "moves"), SizeIs(1 + 3));
  const auto large = copy_->pools().find("Large")->id;
  EXPECT_THAT(copy_->jobs().list({.pool = large, .types = {JobType::backup}}), SizeIs(3));
  EXPECT_THAT(copy_->jobs().list({.pool = small_, .types = {JobType::backup}}), IsEmpty());
}

TEST_F(Simulations, ConsolidateAlwaysIncrementalJobs) {
  const std::string always = R"(
Job { Name = merge; Type = Consolidate; Accurate = yes; Messages = M; Schedule = Merge; Client = fd; FileSet = All
  Storage = Disk; Pool = Small }
Schedule { Name = Merge
  Run = at 12:00 }
)";
  configure(next_pools + always,
            {{"Job { Name = nightly;",
              "Job { Name = nightly; AlwaysIncremental = yes; AlwaysIncrementalJobRetention = 2 days; "
              "AlwaysIncrementalKeepNumber = 3; NextPool = Large;"},
             {"Run = Full sun at 22:00", ""},
             {"mon-sat at", "at"}});
  const auto found = simulate_days(5);
  std::vector<std::uint64_t> merged;
  for (const SimulatedJob& job : of(found, "nightly"))
    if (job.level == JobLevel::virtual_full) merged.push_back(job.bytes);
  // On Saturday there are four Incrementals for the first time: the Full and the oldest become one.
  EXPECT_THAT(merged, ElementsAre(700U, 800U));
  EXPECT_THAT(copy_->jobs().list({.name = "nightly"}), SizeIs(1 + 4)) << "what was merged is gone";
}

TEST_F(Simulations, GiveWayToDuplicates) {
  configure("", {{"Job { Name = nightly;", "Job { Name = nightly; AllowDuplicateJobs = no;"},
                 {"Run = Full sun at 22:00", "Run = Full at 22:30"}});
  const auto found = simulate_days(1);
  ASSERT_THAT(found.jobs, SizeIs(2));
  EXPECT_EQ(found.jobs[0].problem, "a duplicate of it waits or runs");
  EXPECT_EQ(found.jobs[0].level, JobLevel::full);
  EXPECT_EQ(found.jobs[1].problem, "");
}

TEST_F(Simulations, LetFullsDisplaceIncrementals) {
  configure("", {{"Job { Name = nightly;",
                  "Job { Name = nightly; AllowDuplicateJobs = no; CancelLowerLevelDuplicates = yes;"},
                 {"Run = Full sun at 22:00", "Run = Full at 22:30"}});
  const auto found = simulate_days(1);
  ASSERT_THAT(found.jobs, SizeIs(2));
  EXPECT_EQ(found.jobs[0].problem, "a duplicate that came later takes its place");
  EXPECT_EQ(found.jobs[1].level, JobLevel::full);
  EXPECT_EQ(found.jobs[1].ended, from_ + hours(11) + std::chrono::minutes(30));
}

}  // namespace
}  // namespace holdfast::jobs

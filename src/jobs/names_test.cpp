// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <set>

#include "base/local_time.h"
#include "jobs/file_set_key.h"
#include "jobs/selection.h"
#include "jobs/texts.h"
#include "jobs/unique_names.h"
#include "testing/base/manual_clock.h"

namespace holdfast::jobs {
namespace {

config::FileSet with_files(const std::vector<std::string>& files) {
  config::FileSet fileset;
  for (const std::string& file : files) fileset.entries += file;
  return fileset;
}

TEST(FileSetKey, AgreesWithTheComputedVectors) {
  EXPECT_EQ(file_set_key(with_files({"/etc"})), "GC8VO9lIA5VcIE/m8lgdXB");
  EXPECT_EQ(file_set_key(with_files({"/home"})), "SF/at7+sF60rfSdGm8JTKC");
  EXPECT_EQ(file_set_key(with_files({"/etc", "/var/www", "/var/www/cache"})), "p0Elu6/gy++0jAVRq6/pLC");
  EXPECT_EQ(file_set_key(with_files({})), "1B+M248Asg/pgA+Y7/hCfC");
  EXPECT_EQ(file_set_key(with_files({"/srv/demo/mini"})), "x7/M+l+/+//PTm5Ak9tLDC");  // recorded
  EXPECT_EQ(file_set_key(with_files({"/srv/demo/tree"})), "cS/FwQYi9//r+x/1n4+VQD");  // recorded
}

TEST(UniqueNames, CarryTheTimeAndACounter) {
  testing_support::ManualClock clock;
  UniqueNames names(clock);
  EXPECT_EQ(names.make("backup fd1"),
            "backup_fd1." + local_time(Moment(std::chrono::seconds(1'795'384'266)), "%Y-%m-%d_%H.%M.%S_01"));
  EXPECT_THAT(names.make(std::string(200, 'x')), ::testing::SizeIs(98 + 23));
}

TEST(UniqueNames, StayUniqueWhenTimeStandsStill) {
  testing_support::ManualClock clock;
  UniqueNames names(clock);
  std::set<std::string> all;
  for (int i = 0; i < 500; ++i) all.insert(names.make("job"));
  EXPECT_EQ(all.size(), 500U);
}

TEST(Texts, TellElapsedTimesAndRates) {
  EXPECT_EQ(elapsed_text(std::chrono::seconds(0)), "0 secs");
  EXPECT_EQ(elapsed_text(std::chrono::seconds(1)), "1 sec");
  EXPECT_EQ(elapsed_text(std::chrono::seconds(3723)), "1 hour 2 mins 3 secs");
  EXPECT_EQ(elapsed_text(std::chrono::hours(24 * 396)), "1 year 1 month 1 day");
  EXPECT_EQ(rate_text(404'035, std::chrono::seconds(2)), "202.0");
  EXPECT_EQ(rate_text(404'035, std::chrono::seconds(0)), "0.0");
  EXPECT_EQ(bytes_text(404'035), "404,035 (404.0 KB)");
  EXPECT_EQ(bytes_text(0), "0 (0 B)");
}

TEST(Texts, TellHowJobsEnded) {
  EXPECT_EQ(termination_status(std::nullopt), "");
  EXPECT_EQ(termination_status(JobStatus::terminated), "OK");
  EXPECT_EQ(termination_status(JobStatus::fatal), "Fatal Error");
  EXPECT_EQ(termination_status(static_cast<JobStatus>('?')), "Unknown Job termination status=63");
}

struct Selection : ::testing::Test {
  Selection() {
    job.pool = &pool;
    job.storages = {&storage};
    pool.name = "Pool";
  }
  config::Pool pool, full, incremental;
  config::Storage storage, other;
  config::Job job;
};

TEST_F(Selection, TheLevelsPoolReplacesTheJobs) {
  job.full_backup_pool = &full;
  EXPECT_EQ(choose_pool(job, JobLevel::full, Upgraded::no, {}).resource, &full);
  EXPECT_EQ(choose_pool(job, JobLevel::full, Upgraded::no, {}).source, "Job FullPool override");
  EXPECT_EQ(choose_pool(job, JobLevel::incremental, Upgraded::no, {}).resource, &pool);
  EXPECT_EQ(choose_pool(job, JobLevel::incremental, Upgraded::no, {}).source, "Job resource");
}

TEST_F(Selection, APoolFromTheCommandLineWinsUnlessTheLevelWasUpgraded) {
  job.full_backup_pool = &full;
  const Chosen<config::Pool> given{&incremental, "command line"};
  EXPECT_EQ(choose_pool(job, JobLevel::full, Upgraded::no, given).resource, &incremental);
  EXPECT_EQ(choose_pool(job, JobLevel::full, Upgraded::yes, given).resource, &full);
  EXPECT_EQ(choose_pool(job, JobLevel::incremental, Upgraded::yes, given).source, "command line");
}

TEST_F(Selection, TheRunsPoolsReplaceTheJobs) {
  job.full_backup_pool = &full;
  config::ScheduleRun run;
  run.pool = &incremental;
  EXPECT_EQ(choose_pool(job, &run, JobLevel::full, Upgraded::no, {}).resource, &incremental);
  EXPECT_EQ(choose_pool(job, &run, JobLevel::full, Upgraded::yes, {}).source, "Run Pool override");
  // With a level pool of its own the Run leaves the other levels to the Job.
  config::Pool differential;
  run.differential_pool = &differential;
  EXPECT_EQ(choose_pool(job, &run, JobLevel::full, Upgraded::no, {}).source, "Job FullPool override");
  EXPECT_EQ(choose_pool(job, &run, JobLevel::differential, Upgraded::no, {}).source, "Run DiffPool override");
  EXPECT_EQ(choose_pool(job, &run, JobLevel::incremental, Upgraded::no, {}).source, "Run Pool override");
}

TEST_F(Selection, TheRunsStorageReplacesTheJobs) {
  config::ScheduleRun run;
  run.storage = &other;
  EXPECT_EQ(choose_storage(job, &run, &pool, {}).resource, &other);
  EXPECT_EQ(choose_storage(job, &run, &pool, {}).source, "Run storage override");
  full.storages = {&storage};
  EXPECT_EQ(choose_storage(job, &run, &full, {}).source, "Pool resource");
}

TEST_F(Selection, ThePoolsStorageReplacesAllOthers) {
  EXPECT_EQ(choose_storage(job, &pool, {}).source, "Job resource");
  EXPECT_EQ(choose_storage(job, &pool, {&other, "command line"}).resource, &other);
  full.storages = {&other};
  EXPECT_EQ(choose_storage(job, &full, {&storage, "command line"}).source, "Pool resource");
  job.storages.clear();
  EXPECT_EQ(choose_storage(job, &pool, {}).resource, nullptr);
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/level.h"

#include <gmock/gmock.h>

#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Moment day(int number) { return Moment(std::chrono::seconds(1'795'000'000 + number * 86'400)); }

class Level : public ::testing::Test {
 protected:
  std::string ran(JobLevel level, int on_day, JobStatus status = JobStatus::terminated) {
    JobRow row;
    row.job = "backup." + std::to_string(on_day) + static_cast<char>(level);
    row.name = "backup";
    row.level = level;
    row.client = ClientId(1);
    row.fileset = FileSetId(1);
    row.id = catalog_->jobs().create(row);
    row.started = row.ended = day(on_day);
    row.status = status;
    catalog_->jobs().finish(row);
    return row.job;
  }

  LevelDecision decide() { return decide_level(catalog_->jobs(), question_); }

  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  LevelQuestion question_{.job_name = "backup",
                          .client = ClientId(1),
                          .fileset = FileSetId(1),
                          .requested = JobLevel::incremental,
                          .now = day(10)};
};

TEST_F(Level, AFullStaysAFull) {
  ran(JobLevel::full, 1);
  question_.requested = JobLevel::full;
  const auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::full);
  EXPECT_EQ(decision.since_text, "");
  EXPECT_FALSE(decision.is_upgraded);
}

TEST_F(Level, WithoutAFullThereIsOne) {
  ran(JobLevel::incremental, 1);
  ran(JobLevel::full, 2, JobStatus::fatal);
  const auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::full);
  EXPECT_TRUE(decision.is_upgraded);
  EXPECT_EQ(decision.since_text, " (upgraded from Incremental)");
  EXPECT_THAT(decision.log,
              ElementsAre("No prior Full backup Job record found.\n",
                          "No prior or suitable Full backup found in catalog. Doing FULL backup.\n"));
}

TEST_F(Level, ABackupOfBeforeTheClockWasSetBackDoesNotCountUntilItsTimeHasCome) {
  ran(JobLevel::full, 1);
  ran(JobLevel::incremental, 11);
  auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::incremental);
  EXPECT_EQ(decision.since, day(1));
  EXPECT_THAT(decision.log, ElementsAre(HasSubstr("JobId 2 began at ")));
  question_.now = day(11);
  decision = decide();
  EXPECT_EQ(decision.since, day(11));
  EXPECT_THAT(decision.log, ::testing::IsEmpty());
}

TEST_F(Level, WithoutAFullBeforeThePresentThereIsOne) {
  ran(JobLevel::full, 11);
  EXPECT_EQ(decide().level, JobLevel::full);
}

TEST_F(Level, AFullOfAnotherFileSetDoesNotCount) {
  ran(JobLevel::full, 1);
  question_.fileset = FileSetId(2);
  EXPECT_EQ(decide().level, JobLevel::full);
}

TEST_F(Level, AnIncrementalRefersToTheYoungestGoodBackup) {
  ran(JobLevel::full, 1);
  ran(JobLevel::differential, 3, JobStatus::warnings);
  const std::string last = ran(JobLevel::incremental, 5);
  ran(JobLevel::incremental, 6, JobStatus::cancelled);
  const auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::incremental);
  EXPECT_EQ(decision.since, day(5));
  EXPECT_EQ(decision.previous_job, last);
  EXPECT_EQ(decision.since_text, ", since=" + catalog::to_text(day(5)));
}

TEST_F(Level, ADifferentialRefersToTheLastFull) {
  const std::string full = ran(JobLevel::full, 1);
  ran(JobLevel::incremental, 5);
  question_.requested = JobLevel::differential;
  const auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::differential);
  EXPECT_EQ(decision.since, day(1));
  EXPECT_EQ(decision.previous_job, full);
}

TEST_F(Level, IntervalsUpgradeAndTheFullGoesFirst) {
  ran(JobLevel::full, 1);
  ran(JobLevel::differential, 6);
  question_.max_diff_interval = std::chrono::days(4);
  EXPECT_EQ(decide().level, JobLevel::differential);
  EXPECT_EQ(decide().since, day(1));
  question_.max_diff_interval = std::chrono::days(5);
  EXPECT_EQ(decide().level, JobLevel::incremental);
  question_.max_virtual_full_interval = std::chrono::days(9);
  EXPECT_EQ(decide().level, JobLevel::virtual_full);
  question_.max_full_interval = std::chrono::days(9);
  EXPECT_EQ(decide().level, JobLevel::full);
  question_.max_full_interval = std::chrono::days(10);
  EXPECT_EQ(decide().level, JobLevel::incremental);
}

TEST_F(Level, AFailedFullIsRunAgainWhereThatIsWanted) {
  ran(JobLevel::full, 1);
  ran(JobLevel::full, 4, JobStatus::fatal);
  EXPECT_EQ(decide().level, JobLevel::incremental);
  question_.rerun_failed_levels = true;
  const auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::full);
  EXPECT_THAT(decision.log, ElementsAre("Prior failed job found in catalog. Upgrading to Full.\n"));
}

TEST_F(Level, ATimeFromTheCommandLineIsTaken) {
  question_.since = day(7);
  const auto decision = decide();
  EXPECT_EQ(decision.level, JobLevel::incremental);
  EXPECT_EQ(decision.since, day(7));
  EXPECT_THAT(decision.log.at(0), HasSubstr("Using since time from command line"));
}

}  // namespace
}  // namespace holdfast::jobs

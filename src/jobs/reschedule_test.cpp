// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/reschedule.h"

#include <gmock/gmock.h>

#include "testing/jobs/time_zone.h"

namespace holdfast::jobs {
namespace {

class Rescheduling : public ::testing::Test {
 protected:
  Rescheduling() {
    resource_.type = JobType::backup;
    resource_.reschedule_on_error = true;
    ended_.resource = &resource_;
    ended_.unique_name = "a.2026-11-22_21.51.06_01";
  }

  testing_support::TimeZone zone_{"UTC0"};
  config::Job resource_;
  EndedJob ended_;
  const Moment now_{std::chrono::seconds(1'795'384'266)};
};

TEST_F(Rescheduling, AFailedBackupRunsAgain) {
  const auto again = reschedule(ended_, now_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->when, now_ + std::chrono::minutes(30));
  EXPECT_EQ(again->as, Reschedule::As::same_job);
  EXPECT_EQ(
      again->text,
      "Rescheduled Job a.2026-11-22_21.51.06_01 at 22-Nov-2026 21:51 to re-run in 1800 seconds (22-Nov-2026 "
      "22:21).\n");
}

TEST_F(Rescheduling, WhatSavedSomethingRunsAgainAsAnotherJob) {
  ended_.bytes = 1;
  ended_.status = JobStatus::incomplete;
  EXPECT_EQ(reschedule(ended_, now_)->as, Reschedule::As::new_job);
}

TEST_F(Rescheduling, GoodAndCancelledJobsDoNotRunAgain) {
  for (const JobStatus status : {JobStatus::terminated, JobStatus::warnings, JobStatus::cancelled}) {
    ended_.status = status;
    EXPECT_FALSE(reschedule(ended_, now_));
  }
}

TEST_F(Rescheduling, OnlyWhereTheJobSaysSoAndOnlyBackups) {
  resource_.type = JobType::restore;
  EXPECT_FALSE(reschedule(ended_, now_));
  resource_.type = JobType::backup;
  resource_.reschedule_on_error = false;
  EXPECT_FALSE(reschedule(ended_, now_));
}

TEST_F(Rescheduling, EndsAfterTheTimesAllowed) {
  ended_.reschedules = 4;
  EXPECT_TRUE(reschedule(ended_, now_));
  ended_.reschedules = 5;
  EXPECT_FALSE(reschedule(ended_, now_));
  resource_.reschedule_times = 0;
  EXPECT_TRUE(reschedule(ended_, now_));
}

}  // namespace
}  // namespace holdfast::jobs

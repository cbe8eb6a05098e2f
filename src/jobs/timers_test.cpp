// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/timers.h"

#include <gmock/gmock.h>

#include "testing/base/manual_clock.h"

namespace holdfast::jobs {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Eq;
using ::testing::Optional;

class Timers : public ::testing::Test {
 protected:
  Timers() {
    times_.made = start_;
    times_.due = Due{start_, seconds(0)};
  }

  config::Job job_;
  const Instant start_{seconds(1'000'000)};
  JobTimes times_;
};

TEST_F(Timers, WithoutLimitsAJobMayTakeForEver) {
  times_.began = start_;
  times_.is_waiting = true;
  times_.waited = std::chrono::hours(1000);
  const auto limits = time_limits(job_, JobLevel::full, seconds(0));
  EXPECT_EQ(out_of_time(limits, times_, start_ + std::chrono::hours(10'000)), std::nullopt);
  EXPECT_EQ(too_late_to_start(limits, times_, start_ + std::chrono::hours(10'000)), std::nullopt);
}

TEST_F(Timers, AStartMayBeAsLateAsSaid) {
  job_.max_start_delay = minutes(10);
  const auto limits = time_limits(job_, JobLevel::full, seconds(0));
  EXPECT_EQ(too_late_to_start(limits, times_, start_ + minutes(10)), std::nullopt);
  EXPECT_THAT(too_late_to_start(limits, times_, start_ + minutes(10) + seconds(1)),
              Optional(Eq("Job canceled because max start delay time exceeded.\n")));
}

TEST_F(Timers, ARunThatIsMadeUpForIsAsLateAsItWasMissed) {
  job_.max_start_delay = minutes(10);
  const auto limits = time_limits(job_, JobLevel::full, seconds(0));
  times_.due->late = minutes(9);
  EXPECT_EQ(too_late_to_start(limits, times_, start_ + minutes(1)), std::nullopt);
  EXPECT_NE(too_late_to_start(limits, times_, start_ + minutes(1) + seconds(1)), std::nullopt);
  times_.due.reset();
  EXPECT_EQ(too_late_to_start(limits, times_, start_ + minutes(100)), std::nullopt);
}

TEST_F(Timers, TheTimeSinceItWasMadeCountsWhateverWasScheduled) {
  times_.due->late = std::chrono::hours(5);
  const auto limits = time_limits(job_, JobLevel::full, minutes(10));
  EXPECT_EQ(out_of_time(limits, times_, start_ + minutes(10) - seconds(1)), std::nullopt);
  EXPECT_THAT(out_of_time(limits, times_, start_ + minutes(10)),
              Optional(Eq("Max run sched time exceeded. Job canceled.\n")));
  EXPECT_THAT(too_late_to_start(limits, times_, start_ + minutes(10)),
              Optional(Eq("Job canceled because max run sched time exceeded.\n")));
}

TEST_F(Timers, WaitingCountsOnlyWhileAJobWaits) {
  job_.max_wait_time = minutes(5);
  const auto limits = time_limits(job_, JobLevel::full, seconds(0));
  times_.waited = minutes(5);
  EXPECT_EQ(out_of_time(limits, times_, start_), std::nullopt);
  times_.is_waiting = true;
  EXPECT_THAT(out_of_time(limits, times_, start_), Optional(Eq("Max wait time exceeded. Job canceled.\n")));
}

TEST_F(Timers, RunTimeCountsFromTheDeclaredStartAndByLevel) {
  job_.incremental_max_run_time = minutes(5);
  job_.max_run_time = minutes(20);
  const auto full = time_limits(job_, JobLevel::full, seconds(0));
  const auto incremental = time_limits(job_, JobLevel::incremental, seconds(0));
  EXPECT_EQ(out_of_time(incremental, times_, start_ + minutes(30)), std::nullopt);
  times_.began = start_ + minutes(10);
  EXPECT_EQ(out_of_time(full, times_, start_ + minutes(15)), std::nullopt);
  EXPECT_THAT(out_of_time(incremental, times_, start_ + minutes(15)),
              Optional(Eq("Max run time exceeded. Job canceled.\n")));
  EXPECT_THAT(out_of_time(full, times_, start_ + minutes(30)),
              Optional(Eq("Max run time exceeded. Job canceled.\n")));
}

class StartTimes : public ::testing::Test {
 protected:
  Moment now() const { return std::chrono::floor<seconds>(clock_.now()); }
  seconds late(Moment scheduled) const { return due_now(scheduled, made_, clock_).late; }

  testing_support::ManualClock clock_;
  const Made made_{now(), clock_.instant()};
};

TEST_F(StartTimes, AreAsLateAsTimePassedSince) {
  EXPECT_EQ(late(now()), seconds(0));
  EXPECT_EQ(late(now() - minutes(5)), minutes(5));
  const Moment scheduled = now() + minutes(10);
  clock_.advance(minutes(10));
  EXPECT_EQ(late(scheduled), seconds(0));
  clock_.advance(minutes(1));
  EXPECT_EQ(late(scheduled), minutes(1));
}

TEST_F(StartTimes, ThatAClockJumpsOverAreNotLate) {
  const Moment scheduled = now() + minutes(10);
  clock_.jump(std::chrono::hours(24));
  EXPECT_EQ(late(scheduled), seconds(0));
}

TEST_F(StartTimes, ThatComeLaterByAClockSetBackAreNotLate) {
  const Moment scheduled = now() + minutes(10);
  clock_.jump(-std::chrono::hours(24));
  clock_.advance(std::chrono::hours(24) + minutes(10));
  EXPECT_EQ(late(scheduled), seconds(0));
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/retention_clock.h"

#include <gtest/gtest.h>

#include "testing/base/manual_clock.h"

namespace holdfast::jobs {
namespace {

using std::chrono::hours;

class Retention : public ::testing::Test {
 protected:
  void pass(std::chrono::microseconds time) { wall_.advance(time); }

  testing_support::ManualClock wall_;
  const Time start_ = wall_.now();
  RetentionClock clock_{wall_};
};

TEST_F(Retention, GoesWithTheClockOfTheMachine) {
  pass(hours(100));
  EXPECT_EQ(clock_.now(), start_ + hours(100));
}

TEST_F(Retention, DoesNotJumpAheadWithTheClock) {
  wall_.jump(hours(24));
  EXPECT_EQ(clock_.now(), start_);
  pass(hours(1));
  EXPECT_EQ(clock_.now(), start_ + hours(1));
  wall_.jump(-hours(24));
  EXPECT_EQ(clock_.now(), start_ + hours(1));
}

TEST_F(Retention, WhatRanWhileTheClockWasSetBackIsNotOlderThanItIs) {
  wall_.jump(-hours(24));
  const Time job_ended = clock_.now();
  EXPECT_EQ(job_ended, wall_.now());
  pass(hours(10));
  EXPECT_EQ(clock_.now(), wall_.now());
  wall_.jump(hours(24));
  pass(hours(10));
  EXPECT_EQ(clock_.now() - job_ended, hours(20));
}

}  // namespace
}  // namespace holdfast::jobs

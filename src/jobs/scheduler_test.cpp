// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/scheduler.h"

#include <gmock/gmock.h>

#include "base/local_time.h"
#include "config/load.h"
#include "testing/config/memory_surroundings.h"
#include "testing/jobs/time_zone.h"

namespace holdfast::jobs {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing_support::MemorySurroundings;

constexpr const char* others =
    "Pool { Name = p }\nMessages { Name = m }\nFileSet { Name = f; Include { File = /etc } }\n"
    "Client { Name = c; Address = h; Password = x }\n"
    "Storage { Name = s; Address = h; Password = x; Device = d; MediaType = t }\n"
    "JobDefs { Name = d; Type = Backup; Client = c; FileSet = f; Pool = p; Messages = m; Storage = s }\n";

std::shared_ptr<const config::DirectorConfiguration> configured(const std::string& text) {
  MemorySurroundings surroundings(others + text);
  auto loaded = config::load_director("test.conf", surroundings, config::Depth::parsed);
  for (const auto& error : loaded.errors) ADD_FAILURE() << error.render();
  return std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
}

class Schedules : public ::testing::Test {
 protected:
  void load(const std::string& text, Scheduler::Started started = {}, catalog::ScheduledSince planned = {}) {
    scheduler_.emplace(configured("Schedule { Name = Daily\n Run = Incremental at 2:00\n}\n" + text),
                       Scheduler::Past{std::move(started), std::move(planned)}, now_);
  }
  std::vector<std::string> due() {
    std::vector<std::string> found;
    for (const auto& run : scheduler_->due(now_))
      found.push_back(run.job->name + " " + local_time(run.when, "%d %H:%M"));
    return found;
  }
  /// Looks once a minute, as the Director does.
  std::vector<std::string> due_within(hours span) {
    std::vector<std::string> found;
    for (const Moment end = now_ + span; now_ < end; now_ += minutes(1))
      for (auto& run : due()) found.push_back(std::move(run));
    return found;
  }

  testing_support::TimeZone zone_{"UTC0"};
  Moment now_{std::chrono::sys_days(std::chrono::year(2026) / 3 / 11) + hours(1) + minutes(58)};
  std::optional<Scheduler> scheduler_;
};

TEST_F(Schedules, StartAJobWhenItsTimeHasCome) {
  load("Job { Name = a; JobDefs = d; Schedule = Daily }");
  EXPECT_EQ(scheduler_->next(), now_ + minutes(2));
  EXPECT_THAT(due(), IsEmpty());
  now_ += minutes(2) - seconds(1);
  EXPECT_THAT(due(), IsEmpty());
  now_ += seconds(1);
  EXPECT_THAT(due(), ElementsAre("a 11 02:00"));
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(scheduler_->next(), now_ + hours(24));
}

TEST_F(Schedules, JobsOfTheSameMinuteGoByPriority) {
  load(
      "Job { Name = a; JobDefs = d; Schedule = Daily }\n"
      "Job { Name = b; JobDefs = d; Schedule = Daily; Priority = 5 }\n"
      "Schedule { Name = Urgent\n Run = Priority=1 Full at 2:00\n}\n"
      "Job { Name = c; JobDefs = d; Schedule = Urgent; Priority = 20 }\n");
  now_ += minutes(2);
  EXPECT_THAT(due(), ElementsAre("c 11 02:00", "b 11 02:00", "a 11 02:00"));
}

TEST_F(Schedules, TwoRunsOfTheSameMinuteStartTheJobTwice) {
  load(
      "Schedule { Name = Both\n Run = Full at 2:00\n Run = Incremental at 2:00\n}\n"
      "Job { Name = a; JobDefs = d; Schedule = Both }");
  now_ += minutes(2);
  EXPECT_THAT(due(), ElementsAre("a 11 02:00", "a 11 02:00"));
}

TEST_F(Schedules, AReloadStartsNothingTwice) {
  load("Job { Name = a; JobDefs = d; Schedule = Daily }");
  now_ += minutes(2);
  EXPECT_THAT(due(), ElementsAre("a 11 02:00"));
  now_ += seconds(20);
  const auto changed = configured(
      "Schedule { Name = Daily\n Run = Full at 2:00\n Run = Full at 2:01\n}\n"
      "Job { Name = a; JobDefs = d; Schedule = Daily }");
  scheduler_->reload(changed, now_);
  EXPECT_THAT(due(), IsEmpty());
  now_ += seconds(40);
  EXPECT_THAT(due(), ElementsAre("a 11 02:01"));
}

TEST_F(Schedules, ARestartStartsNothingTwice) {
  load("Job { Name = a; JobDefs = d; Schedule = Daily }");
  now_ += minutes(2);
  const Moment when = now_;
  EXPECT_THAT(due(), ElementsAre("a 11 02:00"));
  now_ += seconds(20);
  load("Job { Name = a; JobDefs = d; Schedule = Daily }", {{"a", {when}}});
  EXPECT_THAT(due(), IsEmpty());
}

TEST_F(Schedules, WhatIsAMinuteLateIsMissed) {
  load("Job { Name = a; JobDefs = d; Schedule = Daily }");
  now_ += minutes(2) + seconds(59);
  EXPECT_THAT(due(), ElementsAre("a 11 02:00"));
  now_ += hours(24) + seconds(1);
  EXPECT_THAT(due(), IsEmpty());
}

TEST_F(Schedules, MissedRunsAreMadeUpForOnceWhereTheJobSaysSo) {
  const std::string jobs =
      "Job { Name = a; JobDefs = d; Schedule = Daily; RunMissedSchedule = yes }\n"
      "Job { Name = b; JobDefs = d; Schedule = Daily }\n";
  load(jobs);
  now_ += hours(73);  // the machine slept
  EXPECT_THAT(due(), ElementsAre("a 14 02:00"));
  EXPECT_THAT(due(), IsEmpty());
  now_ += hours(30);  // the Director was down
  load(jobs, {{"a", {now_ - hours(30)}}, {"b", {now_ - hours(30)}}});
  EXPECT_THAT(due(), ElementsAre("a 15 02:00"));
}

TEST_F(Schedules, AJobThatIsNewHasMissedNothing) {
  now_ += hours(5);
  load("Job { Name = a; JobDefs = d; Schedule = Daily; RunMissedSchedule = yes }");
  EXPECT_THAT(due(), IsEmpty());
}

TEST_F(Schedules, OnlyWhatWasPlannedBeforeCanBeMissed) {
  const std::string jobs =
      "Schedule { Name = Twice\n Run = Full at 3:00\n Run = Full at 4:00\n}\n"
      "Job { Name = a; JobDefs = d; Schedule = Twice; RunMissedSchedule = yes }\n";
  catalog::ScheduledSince planned;
  const catalog::ScheduledTimes all = scheduled_times(*configured(jobs));
  for (const std::string& times : all.at("a"))
    planned["a"][times] = now_ + hours(times.find("hours=8 ") == times.npos ? 24 : -24);  // 3:00 is old
  const Moment last = now_ - hours(48);
  now_ += hours(24);
  load(jobs, {{"a", {last}}}, planned);
  EXPECT_THAT(due(), ElementsAre("a 11 03:00"));
  now_ += hours(24);
  load(jobs, {{"a", {last}}}, planned);
  EXPECT_THAT(due(), ElementsAre("a 12 04:00")) << "there since the day before";
}

TEST_F(Schedules, OfWhichTheClockSaysTheyAreOfTheFutureStartJobsAsEver) {
  const std::string jobs = "Job { Name = a; JobDefs = d; Schedule = Daily; RunMissedSchedule = yes }\n";
  load(jobs);
  const auto times = scheduled_times(*scheduler_->configuration()).at("a");
  load(jobs, {{"a", {now_ - hours(48)}}}, {{"a", {{*times.begin(), now_ + hours(1000)}}}});
  now_ += minutes(2);
  EXPECT_THAT(due(), ElementsAre("a 11 02:00"));
}

TEST(ScheduledTimes, AreTheSameForTheSameTimesOnly) {
  const auto times = [](const std::string& run) {
    const auto all = scheduled_times(*configured("Schedule { Name = s\n Run = " + run +
                                                 "\n}\nJob { Name = a; JobDefs = d; Schedule = s }"));
    return *all.at("a").begin();
  };
  EXPECT_EQ(times("Full daily at 2:00"), times("Incremental Priority=3 at 2:00"));
  for (const char* other :
       {"Full at 2:01", "Full at 3:00", "Full mon at 2:00", "Full jan at 2:00", "Full 1st sun at 2:00",
        "Full last sun at 2:00", "Full w01 at 2:00", "Full on 1 at 2:00", "Full hourly at 2:00"})
    EXPECT_NE(times("Full at 2:00"), times(other)) << other;
}

TEST_F(Schedules, AJobThatStartsNowMakesUpForNothing) {
  load(
      "Schedule { Name = Hourly\n Run = Full hourly\n}\n"
      "Job { Name = a; JobDefs = d; Schedule = Hourly; RunMissedSchedule = yes }");
  now_ += hours(5) + minutes(2);
  EXPECT_THAT(due(), ElementsAre("a 11 07:00"));
}

TEST_F(Schedules, AClockSetBackADayRunsNothingTwice) {
  load(
      "Schedule { Name = Hourly\n Run = Full hourly\n}\n"
      "Job { Name = a; JobDefs = d; Schedule = Daily }\nJob { Name = h; JobDefs = d; Schedule = Hourly }");
  EXPECT_THAT(due_within(hours(24)), ::testing::SizeIs(25));
  now_ -= hours(24);
  EXPECT_THAT(due_within(hours(24)), IsEmpty());
  EXPECT_THAT(due_within(hours(2)), ElementsAre("a 12 02:00", "h 12 02:00", "h 12 03:00"));
}

TEST_F(Schedules, AClockSetBackADayRunsNothingTwiceWhateverTheirNumber) {
  std::string runs;
  for (int minute = 0; minute < 60; minute += 5)
    runs += fmt::format("Run = Full hourly at 0:{:02}\n", minute);
  load("Schedule { Name = Often\n" + runs + "}\nJob { Name = a; JobDefs = d; Schedule = Often }");
  EXPECT_THAT(due_within(hours(24)), ::testing::SizeIs(24 * 12));
  now_ -= hours(24);
  EXPECT_THAT(due_within(hours(24)), IsEmpty());
  EXPECT_THAT(due_within(hours(1)), ::testing::SizeIs(12));
}

TEST_F(Schedules, AClockThatWasAYearAheadForAWhileStopsNothing) {
  load("Job { Name = a; JobDefs = d; Schedule = Daily }");
  now_ += std::chrono::days(365) + minutes(2);
  EXPECT_THAT(due(), ElementsAre("a 11 02:00"));
  now_ -= std::chrono::days(365) + minutes(1);
  EXPECT_THAT(due_within(hours(25)), ElementsAre("a 11 02:00", "a 12 02:00"));
}

TEST_F(Schedules, ShowWhatTheyHaveInStore) {
  const auto configuration = configured(
      "Schedule { Name = Daily\n Run = Full at 2:00\n}\n" +
      std::string(
          "Job { Name = a; JobDefs = d; Schedule = Daily }\nJob { Name = b; JobDefs = d; Schedule = Daily; "
          "Priority = 1 }\nJob { Name = c; JobDefs = d }"));
  std::vector<std::string> found;
  for (const auto& run : runs_between(*configuration, now_ + minutes(2), now_ + hours(24) + minutes(2)))
    found.push_back(run.job->name + " " + local_time(run.when, "%d %H:%M"));
  EXPECT_THAT(found, ElementsAre("b 11 02:00", "a 11 02:00"));
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/schedule.h"

#include <gmock/gmock.h>

#include "config/director_resources.h"
#include "config/load.h"
#include "config/print.h"
#include "testing/config/memory_surroundings.h"

namespace holdfast::config {
namespace {

using std::chrono::local_days;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;
using testing::HasSubstr;
using testing_support::MemorySurroundings;

constexpr const char* others =
    "Pool { Name = p1 }\nPool { Name = \"p 2\" }\nMessages { Name = m }\n"
    "Storage { Name = s; Address = h; Password = x; Device = d; MediaType = t }\n";

Loaded<DirectorConfiguration> parse_run(const std::string& run) {
  MemorySurroundings surroundings(others + ("Schedule {\n Name = x\n Run = " + run + "\n}\n"));
  return load_director("test.conf", surroundings, Depth::parsed);
}

ScheduleRun run_of(const std::string& run) {
  const auto loaded = parse_run(run);
  for (const auto& error : loaded.errors) ADD_FAILURE() << run << ": " << error.render();
  return loaded.value.schedules.front().runs.front();
}

std::string error_of(const std::string& run) {
  const auto loaded = parse_run(run);
  return loaded.errors.empty() ? "" : loaded.errors.front().text;
}

LocalMinute moment(int y, unsigned m, unsigned d, int hour, int minute) {
  return local_days(year(y) / month(m) / std::chrono::day(d)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute);
}

struct Preview {
  const char* run;
  LocalMinute next;
};

// Wednesday.
const LocalMinute now = moment(2026, 3, 11, 10, 20);

const Preview previews[] = {
    {"Level=Full at 10:05", moment(2026, 3, 11, 10, 5)},
    {"Full at 10:45", moment(2026, 3, 11, 10, 45)},
    {"Full at 09:00", moment(2026, 3, 12, 9, 0)},
    {"Full hourly at 0:50", moment(2026, 3, 11, 10, 50)},
    {"Full fri-mon at 4:00", moment(2026, 3, 13, 4, 0)},
    {"Full 1st sun at 23:05", moment(2026, 4, 5, 23, 5)},
    {"Full 2nd-5th sun at 23:05", moment(2026, 3, 15, 23, 5)},
    {"Full 5th sat at 2:00", moment(2026, 5, 30, 2, 0)},
    {"Full last fri at 6:00", moment(2026, 3, 27, 6, 0)},
    {"Full 1st last mon at 6:00", moment(2026, 3, 30, 6, 0)},
    {"Full last at 6:00", moment(2026, 3, 25, 6, 0)},
    {"Full on 1 at 21:00", moment(2026, 4, 1, 21, 0)},
    {"Full fri on 13 at 2:00", moment(2026, 3, 13, 2, 0)},
    {"Full at 8:00 at 20:30", moment(2026, 3, 11, 20, 30)},
    {"Full at 12:15am", moment(2026, 3, 12, 0, 15)},
    {"Full jan 1st sun at 2:00", moment(2027, 1, 3, 2, 0)},
    {"Full on 31 at 2:00", moment(2026, 3, 31, 2, 0)},
    {"Full 20-5 at 4:00", moment(2026, 3, 20, 4, 0)},
    {"Full on 29 feb at 2:00", moment(2028, 2, 29, 2, 0)},
    {"Full nov-feb 1st mon at 5:00", moment(2026, 11, 2, 5, 0)},
    {"Full w12 at 6:00", moment(2026, 3, 16, 6, 0)},
    {"Full w00 at 6:00", moment(2027, 1, 1, 6, 0)},
    {"Full w53 at 6:00", moment(2026, 12, 28, 6, 0)},
    {"Full w51-w02 at 6:00", moment(2026, 12, 14, 6, 0)},
    {"Full w00/w02 mon at 6:00", moment(2026, 3, 16, 6, 0)},
    {"Full w01/w02 mon at 6:00", moment(2026, 3, 23, 6, 0)},
    {"Full 1/2 at 6:00", moment(2026, 3, 13, 6, 0)},
    {"Full 2/2 at 6:00", moment(2026, 3, 12, 6, 0)},
    {"Full 3/10 at 6:00", moment(2026, 3, 13, 6, 0)},
    {"Full mon daily at 3:00", moment(2026, 3, 12, 3, 0)},
    {"Full daily mon at 3:00", moment(2026, 3, 16, 3, 0)},
    {"Full at 12:15pm", moment(2026, 3, 11, 12, 15)},
};

TEST(Schedule, FindsTheNextRunOfEveryVector) {
  for (const auto& preview : previews)
    EXPECT_EQ(next_run(run_of(preview.run).times, now), preview.next) << preview.run;
}

TEST(Schedule, PrintsWhatReadsBackTheSame) {
  for (const auto& preview : previews) {
    const auto loaded = parse_run(preview.run);
    const std::string printed = print_resource(loaded.value.schedules.front());
    MemorySurroundings surroundings(others + printed);
    const auto again = load_director("test.conf", surroundings, Depth::parsed);
    ASSERT_TRUE(again.is_good()) << printed << again.errors.front().render();
    EXPECT_EQ(again.value.schedules.front().runs.front().times,
              loaded.value.schedules.front().runs.front().times)
        << preview.run << "\n"
        << printed;
  }
}

TEST(Schedule, CountsWeeksFromTheOneWithTheFourthOfJanuary) {
  const auto week = [](int y, unsigned m, unsigned d) {
    return week_of_year(year_month_day(year(y), month(m), std::chrono::day(d)));
  };
  EXPECT_EQ(week(2026, 1, 1), 1u);
  EXPECT_EQ(week(2026, 1, 5), 2u);
  EXPECT_EQ(week(2026, 12, 28), 53u);
  EXPECT_EQ(week(2027, 1, 1), 0u);
  EXPECT_EQ(week(2027, 1, 4), 1u);
  EXPECT_EQ(week(2024, 12, 30), 53u);
  EXPECT_EQ(week(2023, 1, 1), 0u);
}

TEST(Schedule, WithoutATimeRunsEveryHour) {
  const auto times = run_of("Full daily").times;
  EXPECT_TRUE(times.hours.all());
  EXPECT_EQ(times.minute, 0u);
}

TEST(Schedule, TakesANumberBehindAtForADay) {
  const auto times = run_of("Full at 7").times;
  EXPECT_TRUE(times.hours.all());
  EXPECT_EQ(times.month_days.count(), 1u);
  EXPECT_TRUE(times.month_days.test(6));
}

TEST(Schedule, RangesFromADayToItselfMeanAll) {
  EXPECT_TRUE(run_of("Full 5-5 at 1:00").times.month_days.all());
  EXPECT_TRUE(run_of("Full w05-w05 at 1:00").times.year_weeks.all());
  EXPECT_THAT(error_of("Full mon-mon at 1:00"), HasSubstr("Invalid month, weekday or position range"));
}

TEST(Schedule, DoesNotEmptyAKindMarkedAsGiven) {
  EXPECT_TRUE(run_of("Full daily 1-5 at 1:00").times.month_days.all());
  EXPECT_TRUE(run_of("Full weekly 1st at 1:00").times.month_weeks.all());
  EXPECT_TRUE(run_of("Full monthly jan at 1:00").times.months.all());
}

TEST(Schedule, LeavesOutDaysBehindTheMonth) {
  const auto times = run_of("Full mar 5/14 at 1:00").times;
  EXPECT_EQ(times.month_days.count(), 2u);
  EXPECT_EQ(times.months.count(), 1u) << "days beyond 31 do not spill over";
}

TEST(Schedule, KnowsBothHalvesOfTheDay) {
  EXPECT_TRUE(run_of("Full at 12:30am").times.hours.test(0));
  EXPECT_TRUE(run_of("Full at 12:30PM").times.hours.test(12));
  EXPECT_TRUE(run_of("Full at 1:05pm").times.hours.test(13));
  EXPECT_EQ(error_of("Full at 13:30pm"), "Bad time specification.");
}

TEST(Schedule, TakesOverrides) {
  const auto loaded = parse_run(
      "Level = Differential Pool=p1 FullPool=\"p 2\" Storage=s Messages=m Priority=5 SpoolData=yes "
      "Accurate=No "
      "MaxRunSchedTime=\"2 hours\" on 5, mon at 2:00");
  ASSERT_TRUE(loaded.is_good()) << loaded.errors.front().render();
  const auto& run = loaded.value.schedules.front().runs.front();
  EXPECT_EQ(run.level, JobLevel::differential);
  EXPECT_EQ(run.pool, loaded.value.find_pool("p1"));
  EXPECT_EQ(run.full_pool, loaded.value.find_pool("p 2"));
  EXPECT_EQ(run.storage, loaded.value.find_storage("s"));
  EXPECT_EQ(run.messages, loaded.value.find_messages("m"));
  EXPECT_EQ(run.priority, 5u);
  EXPECT_EQ(run.spool_data, true);
  EXPECT_EQ(run.accurate, false);
  EXPECT_EQ(run.max_run_sched_time, seconds(7200));
  EXPECT_EQ(print_resource(loaded.value.schedules.front()),
            "Schedule {\n  Name = \"x\"\n  Run = Differential Pool=\"p1\" FullPool=\"p 2\" Storage=\"s\" "
            "Messages=\"m\" Priority=5 SpoolData=yes Accurate=no MaxRunSchedTime=\"2 hours \" on 5 Mon at "
            "02:00\n}\n\n");
}

TEST(Schedule, TakesPriorityZeroForNone) {
  EXPECT_EQ(run_of("Priority=0 daily at 1:00").priority, std::nullopt);
}

TEST(Schedule, MayEndAtTheBrace) {
  MemorySurroundings surroundings("Schedule { Name = x; Run = Full daily at 1:00 }");
  EXPECT_TRUE(load_director("test.conf", surroundings, Depth::parsed).is_good());
}

TEST(Schedule, RefusesWhatMakesNoSense) {
  const std::pair<const char*, const char*> cases[] = {
      {"Full", "expected a name, got BCT_EOL"},
      {"Full 1 at 2:00", "expected a name, got BCT_NUMBER: 1"},
      {"daily Full at 2:00", "Job type field: Full in run record not found"},
      {"Level=Foo daily at 2:00", "Job level field: Foo not found in run record"},
      {"Level Full daily", "Expected an equals, got: Full"},
      {"SpoolData=maybe daily", "Expect a YES or NO, got: maybe"},
      {"Pool=gone daily at 2:00", "Could not find specified Pool Resource: gone"},
      {"Full on 32 at 2:00", "Day number out of range (1-31)"},
      {"Full w54 at 2:00", "Week number out of range (0-53)"},
      {"Full daily 2:00", "Time must be preceded by keyword AT."},
      {"Full daily at 2:5", "Bad time specification."},
      {"Full daily at 24:00", "Bad time specification."},
      {"Full 5-40 at 2:00", "Bad day range specification."},
      {"Full mon-jan at 2:00", "Invalid month, weekday or position range"},
      {"Full foo-bar at 2:00", "Invalid month, week or position day range"},
      {"Full on 1/0 at 2:00", "Bad day specification in modulo."},
      {"Full 5/2 at 2:00", "Bad day specification, offset must always be <= than modulo."},
      {"Full w05/w02 at 2:00",
       "Bad week number specification in modulo, offset must always be <= than modulo."},
      {"Full w01/w54 at 2:00", "Week interval out of range (1-53) in modulo"},
      {"Full a/b at 2:00", "Bad modulo time specification."},
      {"Full daily at 2:00 \"x\"", "Unexpected token: 106:x"},
  };
  for (const auto& [run, text] : cases) EXPECT_THAT(error_of(run), HasSubstr(text)) << run;
}

}  // namespace
}  // namespace holdfast::config

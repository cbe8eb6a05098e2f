// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/status_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/bandwidth.h"
#include "plugins/plugin_set.h"

namespace holdfast::client {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct RunningJob {
  RunningJob() {
    record->identity.with([](JobRecord::Identity& identity) {
      identity = {JobId(5),
                  "mini.2026-11-22_21.51.04_03",
                  JobType::backup,
                  JobLevel::full,
                  from_unix_seconds(1000),
                  "key",
                  0};
    });
    record->set_status(JobStatus::running);
    record->progress.with([](auto& ask) { ask = [] { return JobProgress{12, 5000, 20, "/etc/passwd"}; }; });
  }

  JobRegistry jobs;
  std::shared_ptr<JobRecord> record = std::make_shared<JobRecord>("lab-dir", Time());
  JobRegistry::Entry entry{jobs, record};
};

TEST(StatusReport, TellsHowFarAJobIs) {
  RunningJob running;
  StatusFacts facts;
  facts.now = from_unix_seconds(1010);
  const auto lines = running_part(facts, running.jobs);
  EXPECT_THAT(lines, Contains("JobId 5 Job mini.2026-11-22_21.51.04_03 is running.\n"));
  EXPECT_THAT(lines, Contains("    Files=12 Bytes=5,000 Bytes/sec=500 Errors=0\n    Bwlimit=0\n"));
  EXPECT_THAT(lines, Contains("    Files Examined=20\n"));
  EXPECT_THAT(lines, Contains("    Processing file: /etc/passwd\n"));
  EXPECT_THAT(lines, Contains("    SDSocket closed.\n"));
}

TEST(StatusReport, NamesThePluginsThatMayBeUsed) {
  const JobRegistry jobs;
  StatusFacts facts;
  EXPECT_THAT(header_part(facts, jobs), testing::Not(Contains("Plugin Info:\n")));
  facts.plugins = plugins::described({.directory = "/etc/modules"});
  const auto lines = header_part(facts, jobs);
  EXPECT_THAT(lines, Contains("Plugin Info:\n"));
  EXPECT_THAT(lines, Contains(" python3: modules of /etc/modules\n"));
  EXPECT_THAT(plugins::described({.directory = "/etc/modules", .names = {"bpipe"}}), testing::SizeIs(1));
  EXPECT_THAT(plugins::described({}), testing::IsEmpty());
  EXPECT_THAT(plugins::described({.names = {"bpipe", "python3"}}), testing::SizeIs(1));
}

TEST(StatusReport, NamesTheSecureEraseCommand) {
  const JobRegistry jobs;
  StatusFacts facts;
  EXPECT_THAT(header_part(facts, jobs), testing::Not(Contains(testing::HasSubstr("secure erase"))));
  facts.secure_erase_command = "shred -u";
  EXPECT_THAT(header_part(facts, jobs), Contains(" secure erase command='shred -u'\n"));
}

TEST(StatusReport, TellsTheCurrentAndTheNewestJobInAFormForPrograms) {
  RunningJob running;
  EXPECT_THAT(current_jobs(running.jobs), ElementsAre("JobId=5 JobStatus=R JobErrors=0\n"));
  EXPECT_TRUE(last_job(running.jobs).empty());
  running.jobs.terminated(
      {JobId(1), JobType::backup, JobLevel::full, JobStatus::terminated, 1, 1, 0, {}, "a"});
  running.jobs.terminated({JobId(2), JobType::backup, JobLevel::full, JobStatus::fatal, 1, 1, 3, {}, "b"});
  EXPECT_THAT(last_job(running.jobs), ElementsAre("JobId=2 JobStatus=f JobErrors=3\n"));
}

TEST(JobRegistry, RemembersTenJobsAndForgetsWhatIsOver) {
  JobRegistry jobs;
  {
    RunningJob running;
    EXPECT_NE(running.jobs.find("mini.2026-11-22_21.51.04_03"), nullptr);
    EXPECT_EQ(running.jobs.find("another"), nullptr);
  }
  EXPECT_TRUE(jobs.running().empty());
  for (std::uint32_t id = 1; id <= 12; ++id)
    jobs.terminated({JobId(id), JobType::backup, JobLevel::full, JobStatus::terminated, 1, 1, 0, {}, "a"});
  EXPECT_EQ(jobs.last_jobs().size(), 10U);
  EXPECT_EQ(jobs.last_jobs().front().id, JobId(3));
  EXPECT_EQ(jobs.jobs_run(), 12U);
}

TEST(JobRecord, AnErrorIsNotReplacedByWhatComesAfterIt) {
  JobRecord record("lab-dir", Time());
  record.set_status(JobStatus::running);
  record.set_status(JobStatus::cancelled);
  record.set_status(JobStatus::fatal);
  record.set_status(JobStatus::terminated);
  EXPECT_EQ(record.status, JobStatus::cancelled);
}

TEST(Throttle, AStopRequestEndsItsPause) {
  std::atomic<std::int64_t> limit = 1;
  std::stop_source stop;
  stop.request_stop();
  Throttle throttle({limit, stop.get_token()});
  throttle.passed(1'000'000);  // would take eleven days
  limit = 0;
  throttle.passed(1'000'000);
}

TEST(Throttle, MakesUpForTimeWithoutDataOnlyWhereBurstsAreAllowed) {
  using namespace std::chrono_literals;
  const std::atomic<std::int64_t> limit = 1000;
  const Throttle::Clock::time_point start{};
  Throttle steady({limit, {}}), bursting({limit, {}, Bandwidth::Unused::kept});
  for (Throttle* throttle : {&steady, &bursting}) {
    EXPECT_EQ(throttle->due_after(2000, start), start + 2s);
    EXPECT_EQ(throttle->due_after(500, start + 1s), start + 2500ms);
  }
  EXPECT_EQ(steady.due_after(1000, start + 10s), start + 11s);
  EXPECT_EQ(bursting.due_after(1000, start + 10s), start + 3500ms);
}

}  // namespace
}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/base/golden.h"
#include "testing/director/console_double.h"
#include "testing/director/lab.h"
#include "testing/director/scripted_daemon.h"
#include "testing/transport/memory_stream.h"

// How jobs come into the queue of a Director and leave it. Where daemons are not at hand, jobs fail at once.
namespace holdfast::director {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using namespace testing_support;

constexpr std::size_t never = ~std::size_t{0};

constexpr const char* scheduled = R"(
Pool { Name = Other; PoolType = Backup; LabelFormat = "Other-" }
Messages { Name = Loud; Console = all, !skipped; Catalog = all, !skipped }
Schedule { Name = Nightly
  Run = Full Pool=Other Priority=7 Messages=Loud SpoolData=yes MaxRunSchedTime="1 hour" at 22:00
}
Job { Name = nightly; JobDefs = D; Schedule = Nightly }
)";

std::vector<catalog::JobRow> rows(Lab& lab) { return lab.open_catalog()->jobs().list({}); }

/// Lets the clock show that time of the first evening, and everything happen that is due then.
void at(Lab& lab, hours hour, minutes minute = minutes(0)) {
  const auto day = std::chrono::floor<std::chrono::days>(lab.clock.now());
  lab.clock.set(day + hour + minute);
  lab.director().start_what_is_due();
}

void wait_for_all(Lab& lab) { lab.director().wait_for_end(JobId(), {}); }

TEST(ScheduledJobs, StartWithWhatTheirRunSays) {
  Lab lab(scheduled);
  at(lab, hours(21), minutes(59));
  EXPECT_THAT(rows(lab), IsEmpty());
  at(lab, hours(22));
  wait_for_all(lab);
  ASSERT_THAT(rows(lab), SizeIs(1));
  const auto row = rows(lab)[0];
  EXPECT_EQ(row.name, "nightly");
  EXPECT_EQ(catalog::to_text(row.scheduled), "2026-11-22 22:00:00");
  const std::string log = lab.log(row.id);
  EXPECT_THAT(log, HasSubstr("\"Other\" (From Run Pool override)"));
  EXPECT_THAT(log, HasSubstr("  Job triggered by:       Scheduler\n"));
  EXPECT_THAT(log, HasSubstr("  Priority:               7\n"));
}

TEST(ScheduledJobs, DoNotStartWhenSomethingIsDisabled) {
  for (const auto& [kind, name] :
       {std::pair(console::Toggled::job, "nightly"), std::pair(console::Toggled::schedule, "Nightly"),
        std::pair(console::Toggled::client, "lab-fd")}) {
    Lab lab(scheduled);
    lab.director().set_enabled(kind, name, false);
    at(lab, hours(22));
    EXPECT_THAT(rows(lab), IsEmpty()) << name;
  }
}

TEST(ScheduledJobs, DoNotStartAgainAfterARestart) {
  Lab lab(scheduled);
  at(lab, hours(22));
  wait_for_all(lab);
  lab.restart();
  lab.director().start_what_is_due();
  wait_for_all(lab);
  EXPECT_THAT(rows(lab), SizeIs(1));
}

TEST(ScheduledJobs, AreMadeUpForAfterARestartWhereTheJobSaysSo) {
  Lab lab(std::string(scheduled) +
          "Job { Name = careful; JobDefs = D; Schedule = Nightly; RunMissedSchedule = yes }");
  at(lab, hours(22));
  wait_for_all(lab);
  EXPECT_THAT(rows(lab), SizeIs(2));
  lab.clock.advance(hours(26));
  lab.restart();
  lab.director().start_what_is_due();
  wait_for_all(lab);
  ASSERT_THAT(rows(lab), SizeIs(3));
  EXPECT_EQ(rows(lab)[2].name, "careful");
  EXPECT_EQ(catalog::to_text(rows(lab)[2].scheduled), "2026-11-23 22:00:00");
}

TEST(ScheduledJobs, AreStartedLateAndOnceWhereTheCatalogWasFull) {
  for (int changes = 0; changes < 12; ++changes) {
    Lab lab(scheduled);
    lab.faults = std::make_shared<catalog::FaultCountdown>(1000);
    lab.restart();
    lab.faults = std::make_shared<catalog::FaultCountdown>(changes);
    at(lab, hours(22));
    lab.faults->make_room();
    const auto has_run = [&] {
      const auto all = rows(lab);
      return std::any_of(all.begin(), all.end(),
                         [](const catalog::JobRow& row) { return row.started != Moment{}; }) &&
             lab.director().jobs_run() == 1;
    };
    while (!has_run()) std::this_thread::yield();
    at(lab, hours(22), minutes(1));
    wait_for_all(lab);
    EXPECT_EQ(lab.director().jobs_run(), 1U) << "after " << changes << " changes";
  }
}

TEST(ScheduledJobs, OfARunThatIsNewSinceTheRestartHaveMissedNothing) {
  Lab lab(
      "Schedule { Name = S\n Run = Full at 22:00\n}\n"
      "Job { Name = careful; JobDefs = D; Schedule = S; RunMissedSchedule = yes }");
  lab.replaced_at_reload = {"Full at 22:00", "Full at 22:00\n Run = Full at 18:00"};
  at(lab, hours(22));
  wait_for_all(lab);
  EXPECT_THAT(rows(lab), SizeIs(1));
  lab.clock.advance(hours(23));
  lab.restart_configured_anew();
  lab.director().start_what_is_due();
  wait_for_all(lab);
  EXPECT_THAT(rows(lab), SizeIs(1));
  lab.clock.advance(hours(22));  // 19:00
  lab.restart();
  lab.director().start_what_is_due();
  wait_for_all(lab);
  ASSERT_THAT(rows(lab), SizeIs(2));
  EXPECT_EQ(catalog::to_text(rows(lab)[1].scheduled), "2026-11-24 18:00:00");
}

/// A job that waits until the evening.
JobId queued(Lab& lab, const std::string& job, JobLevel level = JobLevel::full) {
  auto request = lab.request(job);
  request.when = unix_seconds(lab.clock.now()) + 3600;
  request.level = level;
  return lab.director().run(request);
}

TEST(DuplicateJobs, TheNewerOneIsCancelled) {
  Lab lab("Job { Name = single; JobDefs = D; AllowDuplicateJobs = no }");
  const JobId first = queued(lab, "single");
  const JobId second = queued(lab, "single");
  EXPECT_EQ(lab.wait(second).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(second), HasSubstr("JobId 1 already running. Duplicate job not allowed.\n"));
  EXPECT_THAT(lab.log(second), HasSubstr("Backup Canceled"));
  EXPECT_THAT(lab.director().running_jobs(), SizeIs(1));
  EXPECT_EQ(lab.director().running_jobs()[0].id, first);
}

TEST(DuplicateJobs, TheOneThatWaitsIsCancelledWhereTheJobSaysSo) {
  Lab lab("Job { Name = single; JobDefs = D; AllowDuplicateJobs = no; CancelQueuedDuplicates = yes }");
  const JobId first = queued(lab, "single");
  const JobId second = queued(lab, "single");
  EXPECT_EQ(lab.wait(first).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(second), HasSubstr("Cancelling duplicate JobId=1.\n"));
  EXPECT_THAT(lab.director().running_jobs(), SizeIs(1));
}

TEST(RescheduledJobs, RunAgainAlsoWhereTheCatalogCouldNotTakeTheirEnd) {
  Lab lab(
      "Job { Name = again; JobDefs = D; RescheduleOnError = yes; RescheduleTimes = 1; RescheduleInterval = "
      "10 min }");
  lab.faults = std::make_shared<catalog::FaultCountdown>(1000);
  lab.restart();
  const JobId job = queued(lab, "again");
  lab.faults = std::make_shared<catalog::FaultCountdown>(0);
  lab.clock.advance(hours(1));
  lab.director().start_what_is_due();
  while (lab.director().jobs_run() < 1) std::this_thread::yield();
  EXPECT_EQ(lab.open_catalog()->jobs().find(job)->status, JobStatus::created);
  lab.faults->make_room();
  while (lab.director().running_jobs().empty()) std::this_thread::yield();
  EXPECT_EQ(lab.open_catalog()->jobs().find(job)->status, JobStatus::waiting_for_start_time);
  lab.clock.advance(minutes(10));
  lab.director().start_what_is_due();
  EXPECT_EQ(lab.wait(job).status, JobStatus::fatal);
  EXPECT_EQ(lab.director().jobs_run(), 2U);
}

TEST(RescheduledJobs, RunAgainUnderTheSameJobIdUntilTheTimesAreUsedUp) {
  Lab lab(
      "Job { Name = again; JobDefs = D; RescheduleOnError = yes; RescheduleTimes = 2; RescheduleInterval = "
      "10 min }");
  const JobId job = lab.director().run(lab.request("again"));
  for (std::size_t attempt = 1; attempt <= 2; ++attempt) {
    while (lab.director().jobs_run() < attempt) std::this_thread::yield();
    EXPECT_EQ(lab.open_catalog()->jobs().find(job)->status, JobStatus::waiting_for_start_time);
    EXPECT_THAT(lab.director().running_jobs(), SizeIs(1));
    lab.clock.advance(minutes(10));
    lab.director().start_what_is_due();
  }
  EXPECT_EQ(lab.wait(job).status, JobStatus::fatal);
  EXPECT_THAT(rows(lab), SizeIs(1));
  EXPECT_THAT(lab.log(job), HasSubstr("to re-run in 600 seconds (22-Nov-2026 22:01).\n"));
  EXPECT_EQ(lab.director().jobs_run(), 3U);
}

TEST(TimeLimits, CancelAJobThatTakesTooLongToBegin) {
  Lab lab("Job { Name = timed; JobDefs = D; MaxRunSchedTime = 10 min }");
  const JobId job = queued(lab, "timed");
  lab.clock.advance(minutes(9));
  lab.director().check_times();
  EXPECT_FALSE(lab.director().running_jobs().empty());
  lab.clock.advance(minutes(1));
  lab.director().check_times();
  EXPECT_EQ(lab.wait(job).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(job), HasSubstr("Fatal error: Max run sched time exceeded. Job canceled.\n"));
}

TEST(TimeLimits, RefuseAStartThatIsTooLate) {
  Lab lab("Job { Name = timed; JobDefs = D; MaxStartDelay = 10 min }");
  auto request = lab.request("timed");
  request.when = unix_seconds(lab.clock.now()) - 3600;
  const auto row = lab.run(request);
  EXPECT_EQ(row.status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(row.id), HasSubstr("Job canceled because max start delay time exceeded.\n"));
  EXPECT_THAT(lab.log(row.id), Not(HasSubstr("Start Backup")));
}

TEST(TimeLimits, CancelAJobThatWaitsTooLongForAnother) {
  ScriptedDaemon silent({}, 0, Misbehaviour::silence);
  Lab lab("Job { Name = timed; JobDefs = D; MaxWaitTime = 5 min; Priority = 20 }");
  lab.connector.add_storage(silent.channel());
  const JobId running = lab.director().run(lab.request("mini"));
  while (lab.director().running_jobs()[0].status != JobStatus::running) std::this_thread::yield();
  const JobId waiting = lab.director().run(lab.request("timed"));
  while (lab.director().running_jobs()[1].status != JobStatus::waiting_for_priority)
    std::this_thread::yield();
  lab.director().check_times();
  lab.clock.advance(minutes(5));
  lab.director().check_times();
  EXPECT_EQ(lab.wait(waiting).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(waiting), HasSubstr("Max wait time exceeded. Job canceled.\n"));
  lab.director().cancel(running, [](std::string_view) {});
  lab.wait(running);
}

/// A job that runs until it is cancelled: its Storage Daemon says nothing. That one must outlive the lab, which may end
/// without ever having talked to it.
JobId running(Lab& lab, ScriptedDaemon& silent, const std::string& job) {
  lab.connector.add_storage(silent.channel());
  const JobId id = lab.director().run(lab.request(job));
  while (lab.director().running_jobs()[0].status != JobStatus::running) std::this_thread::yield();
  return id;
}

/// Queues a job that waits behind that one.
JobId waiting_behind(Lab& lab, const std::string& job) {
  const JobId id = lab.director().run(lab.request(job));
  while (lab.director().running_jobs()[1].status != JobStatus::waiting_for_priority)
    std::this_thread::yield();
  return id;
}

class AClockSet : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(ByDays, AClockSet, ::testing::Values(1, -1),
                         [](const auto& test) { return std::string(test.param > 0 ? "Forward" : "Back"); });

TEST_P(AClockSet, CancelsNothingAndLetsNothingRunOn) {
  ScriptedDaemon silent({}, 0, Misbehaviour::silence);
  Lab lab(
      "Job { Name = timed; JobDefs = D; MaxRunTime = 10 min; MaxRunSchedTime = 20 min }\n"
      "Job { Name = patient; JobDefs = D; MaxWaitTime = 5 min; MaxStartDelay = 10 min; Priority = 20 }");
  const JobId first = running(lab, silent, "timed");
  const JobId second = waiting_behind(lab, "patient");
  lab.director().check_times();
  lab.clock.jump(hours(24 * GetParam()));
  lab.director().check_times();
  lab.clock.advance(minutes(4));
  lab.director().check_times();
  EXPECT_THAT(lab.director().running_jobs(), SizeIs(2));
  lab.clock.advance(minutes(1));
  lab.director().check_times();
  EXPECT_EQ(lab.wait(second).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(second), HasSubstr("Max wait time exceeded. Job canceled.\n"));
  lab.clock.advance(minutes(15));
  lab.director().check_times();
  EXPECT_EQ(lab.wait(first).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(first), HasSubstr("Max run sched time exceeded. Job canceled.\n"));
}

TEST_P(AClockSet, MakesNoJobThatWaitedTooLateToStart) {
  ScriptedDaemon silent({}, 0, Misbehaviour::silence);
  Lab lab("Job { Name = prompt; JobDefs = D; MaxStartDelay = 10 min; Type = Admin; Priority = 20 }");
  const JobId first = running(lab, silent, "mini");
  const JobId second = waiting_behind(lab, "prompt");
  lab.clock.jump(hours(24 * GetParam()));
  lab.clock.advance(minutes(10));
  lab.director().cancel(first, [](std::string_view) {});
  EXPECT_EQ(lab.wait(second).status, JobStatus::terminated) << lab.log(second);
}

TEST_P(AClockSet, DoesNotHelpAJobThatStartsTooLate) {
  ScriptedDaemon silent({}, 0, Misbehaviour::silence);
  Lab lab("Job { Name = prompt; JobDefs = D; MaxStartDelay = 10 min; Type = Admin; Priority = 20 }");
  const JobId first = running(lab, silent, "mini");
  const JobId second = waiting_behind(lab, "prompt");
  lab.clock.jump(hours(24 * GetParam()));
  lab.clock.advance(minutes(11));
  lab.director().cancel(first, [](std::string_view) {});
  EXPECT_EQ(lab.wait(second).status, JobStatus::cancelled);
  EXPECT_THAT(lab.log(second), HasSubstr("Job canceled because max start delay time exceeded.\n"));
}

TEST(AClockSetForward, StartsAJobForLaterAtOnceAndItIsNotLate) {
  Lab lab("Job { Name = prompt; JobDefs = D; MaxStartDelay = 10 min; Type = Admin }");
  const JobId job = queued(lab, "prompt");
  lab.clock.jump(hours(24));
  lab.director().start_what_is_due();
  EXPECT_EQ(lab.wait(job).status, JobStatus::terminated) << lab.log(job);
}

TEST(Clones, AreStartedWithTheirJobAndStartNone) {
  Lab lab(
      "Job { Name = twice; JobDefs = D; Run = \"job=mini level=Full comment=%n\"; Run = \"job=nowhere\" }\n"
      "Job { Name = deep; JobDefs = D; Run = \"job=twice level=Full\" }");
  const JobId job = lab.director().run(lab.request("twice"));
  wait_for_all(lab);
  ASSERT_THAT(rows(lab), SizeIs(2));
  EXPECT_EQ(rows(lab)[1].name, "mini");
  EXPECT_EQ(rows(lab)[1].comment, "twice");
  EXPECT_THAT(lab.log(job), HasSubstr("Clone JobId 2 started.\n"));
  EXPECT_THAT(lab.log(job), HasSubstr("Could not start clone job: \""));
  lab.director().run(lab.request("deep"));
  wait_for_all(lab);
  EXPECT_THAT(rows(lab), SizeIs(4));
}

constexpr const char* standing = R"(
Client { Name = far-fd; Address = nowhere; Password = secret; TlsEnable = no
  ConnectionFromClientToDirector = yes; ConnectionFromDirectorToClient = no }
Job { Name = far; JobDefs = D; FileSet = Mini; Client = far-fd }
Job { Name = eager; JobDefs = D; Client = far-fd; RunOnIncomingConnectInterval = 1 hour }
)";

transport::Peer coming(std::unique_ptr<transport::Channel> channel) {
  transport::Peer peer;
  peer.conversation = transport::Conversation::client;
  peer.name = "far-fd";
  peer.protocol_version = 54;
  peer.channel = std::move(channel);
  return peer;
}

TEST(WaitingConnections, AreListedAndUsedWithoutAHello) {
  const auto transcript = read_transcript("backup-full-unlabelled-volume");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  ScriptedDaemon storage(recorded_conversation(*transcript, "storage"), never, Misbehaviour::hang_up);
  ScriptedDaemon client(recorded_conversation(*transcript, "filedaemon"), never, Misbehaviour::hang_up);
  Lab lab(standing);
  lab.director().set_enabled(console::Toggled::job, "eager", false);
  lab.director().serve(coming(client.channel()), {});
  ASSERT_THAT(lab.director().waiting_clients(), SizeIs(1));
  EXPECT_EQ(lab.director().waiting_clients()[0].name, "far-fd");
  EXPECT_EQ(lab.director().waiting_clients()[0].protocol_version, 54);
  lab.connector.add_storage(storage.channel());
  const auto row = lab.run(lab.request("far"));
  EXPECT_EQ(row.status, JobStatus::terminated) << lab.log(row.id);
  EXPECT_THAT(lab.log(row.id), HasSubstr("Using Client Initiated Connection (far-fd).\n"));
  EXPECT_THAT(lab.director().waiting_clients(), IsEmpty());
}

TEST(WaitingConnections, ThatBrokeOrSpokeAreForgotten) {
  Lab lab(standing);
  lab.director().set_enabled(console::Toggled::job, "eager", false);
  auto [first, its_client] = transport::memory_pair();
  auto [second, silent_client] = transport::memory_pair();
  auto [third, talking_client] = transport::memory_pair();
  for (auto* stream : {&first, &second, &third})
    lab.director().serve(coming(std::make_unique<transport::Channel>(std::move(*stream))), {});
  EXPECT_THAT(lab.director().waiting_clients(), SizeIs(3));
  its_client.reset();
  transport::Channel talking(std::move(talking_client));
  talking.send("data means nothing");
  talking.flush();
  EXPECT_THAT(lab.director().waiting_clients(), SizeIs(2));
  talking.send(wire::Signal::heartbeat);
  talking.flush();
  EXPECT_THAT(lab.director().waiting_clients(), SizeIs(1));
}

TEST(WaitingConnections, AJobWaitsForAClientThatCannotBeConnectedTo) {
  const auto transcript = read_transcript("backup-full-unlabelled-volume");
  if (!transcript) GTEST_SKIP() << "no golden recordings";
  ScriptedDaemon storage(recorded_conversation(*transcript, "storage"), never, Misbehaviour::hang_up);
  ScriptedDaemon client(recorded_conversation(*transcript, "filedaemon"), never, Misbehaviour::hang_up);
  Lab lab(standing);
  lab.director().set_enabled(console::Toggled::job, "eager", false);
  lab.connector.add_storage(storage.channel());
  const JobId job = lab.director().run(lab.request("far"));
  while (lab.director().running_jobs()[0].status != JobStatus::waiting_for_client) std::this_thread::yield();
  EXPECT_EQ(lab.director().running_jobs()[0].waits_for,
            "is waiting for Client to connect (Client Initiated Connection)");
  lab.director().serve(coming(client.channel()), {});
  EXPECT_EQ(lab.wait(job).status, JobStatus::terminated) << lab.log(job);
}

TEST(WaitingConnections, StartJobsThatRunWhenTheirClientComes) {
  Lab lab(standing);
  const auto come = [&] {
    auto [here, there] = transport::memory_pair();
    lab.director().serve(coming(std::make_unique<transport::Channel>(std::move(here))), {});
    wait_for_all(lab);
  };
  come();
  ASSERT_THAT(rows(lab), SizeIs(1));
  EXPECT_THAT(lab.log(rows(lab)[0].id), HasSubstr("  Job triggered by:       Client\n"));
  // A failed run does not count; a good one does, for an hour.
  auto row = rows(lab)[0];
  row.status = JobStatus::terminated;
  lab.open_catalog()->jobs().finish(row);
  come();
  EXPECT_THAT(rows(lab), SizeIs(1));
  lab.clock.advance(hours(1) + minutes(1));
  come();
  EXPECT_THAT(rows(lab), SizeIs(2));
  lab.clock.jump(-hours(24));
  come();
  ASSERT_THAT(rows(lab), SizeIs(3)) << "the clock was set back: the good one began in the future";
  row = rows(lab)[2];
  row.status = JobStatus::terminated;
  lab.open_catalog()->jobs().finish(row);
  come();
  EXPECT_THAT(rows(lab), SizeIs(3));
}

// A server has room for few sessions, and a thousand jobs may wait.
TEST(WaitingJobs, HoldNoSessionsWithTheCatalog) {
  if (!catalog::TemporaryCatalog::is_available(Lab::Database::postgresql))
    GTEST_SKIP() << "PostgreSQL is not installed";
  Lab lab("", Lab::Database::postgresql);
  auto request = lab.request("mini");
  request.when = unix_seconds(lab.clock.now()) + 3600;
  std::vector<JobId> jobs;
  for (int i = 0; i < 30; ++i) jobs.push_back(lab.director().run(request));
  EXPECT_THAT(lab.log(jobs.back()), HasSubstr("waiting 3600 seconds"));
  std::int64_t sessions = 0;
  lab.open_catalog()->queries().query(
      "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()", {}, [&](const auto& row) {
        sessions = row.number(0);
        return true;
      });
  EXPECT_LT(sessions, 10);
  for (const JobId job : jobs) lab.director().cancel(job, [](std::string_view) {});
  wait_for_all(lab);
}

// What a status costs must not grow by requests to daemons and databases with the jobs that run and wait.
TEST(StatusOfManyJobs, AsksNobody) {
  Lab lab("Job { Name = many; JobDefs = D; MaximumConcurrentJobs = 2000 }");
  constexpr int running = 20, waiting = 300;
  std::vector<std::unique_ptr<ScriptedDaemon>> daemons;
  std::vector<JobId> jobs;
  for (int i = 0; i < running; ++i) {
    daemons.push_back(
        std::make_unique<ScriptedDaemon>(std::vector<RecordedPacket>{}, 0, Misbehaviour::silence));
    lab.connector.add_storage(daemons.back()->channel());
  }
  for (int i = 0; i < running + waiting; ++i) jobs.push_back(lab.director().run(lab.request("many")));
  ScriptedConsole link({"status director"});
  console::ConnectedConsoles consoles;
  console::Session session(link, lab.director(), consoles, {std::string(transport::default_console), "", ""},
                           {});
  const auto begin = std::chrono::steady_clock::now();
  session.run();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  RecordProperty("milliseconds", std::to_string(took.count()));
  EXPECT_THAT(link.screen(), HasSubstr(fmt::format("running={} ", running + waiting)));
  for (const JobId job : jobs) lab.director().cancel(job, [](std::string_view) {});
  wait_for_all(lab);
}

}  // namespace
}  // namespace holdfast::director

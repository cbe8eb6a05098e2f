// SPDX-License-Identifier: AGPL-3.0-or-later
// Scripts of a Job that run on the Director, seen from outside: jobs that do nothing else.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "base/text.h"
#include "testing/director/lab.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace testing_support;

/// A Director with one admin job that has these directives.
class Scripts {
 public:
  explicit Scripts(const std::string& directives)
      : lab("Job { Name = admin; Type = Admin; JobDefs = D; " + directives + "}\n") {}

  catalog::JobRow run() { return lab.run(lab.request("admin")); }

  Lab lab;
};

TEST(RunScripts, TellWhatTheyPrint) {
  Scripts scripts("RunBeforeJob = \"/bin/echo before\"; RunAfterJob = \"/bin/echo after %e\"");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::terminated);
  const std::string log = scripts.lab.log(row.id);
  EXPECT_THAT(log, HasSubstr("JobId 1: shell command: run BeforeJob \"/bin/echo before\"\n"));
  EXPECT_THAT(log, HasSubstr("JobId 1: BeforeJob: before\n"));
  EXPECT_THAT(log, HasSubstr("JobId 1: AfterJob: after OK\n"));
}

TEST(RunScripts, ThatFailEndTheJobBeforeItBegins) {
  Scripts scripts(
      "RunBeforeJob = /bin/false; RunBeforeJob = \"/bin/echo second\"; RunAfterJob = \"/bin/echo good\"; "
      "RunAfterFailedJob = \"/bin/echo bad %e\"");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::error_terminated);
  const std::string log = scripts.lab.log(row.id);
  EXPECT_THAT(log, HasSubstr("Error: Runscript: BeforeJob returned non-zero status=1. ERR=Child exited with "
                             "code 1\n"));
  EXPECT_THAT(log, Not(HasSubstr("Start Admin")));
  EXPECT_THAT(log, Not(HasSubstr("second\n")));
  EXPECT_THAT(log, HasSubstr("*** Admin Error ***"));
  EXPECT_THAT(log, HasSubstr("AfterJob: bad Error\n"));
  EXPECT_THAT(log, Not(HasSubstr("good")));
}

TEST(RunScripts, WhoseFailureIsNoFailureOfTheJobAreOnlyToldAbout) {
  Scripts scripts(
      "RunScript { RunsWhen = Before; RunsOnClient = no; FailJobOnError = no; Command = /nowhere/there }");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::warnings);
  EXPECT_THAT(scripts.lab.log(row.id),
              HasSubstr("Runscript: BeforeJob could not execute. ERR=No such file or directory\n"));
  EXPECT_THAT(scripts.lab.log(row.id), HasSubstr("Admin OK -- with warnings"));
}

TEST(RunScripts, ThatFailAfterTheJobLeaveItsRecordAlone) {
  Scripts scripts("RunScript { RunsWhen = After; RunsOnClient = no; Command = /bin/false }");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::terminated);
  EXPECT_THAT(scripts.lab.log(row.id), HasSubstr("Admin OK"));
  EXPECT_EQ(scripts.lab.director().terminated_jobs().back().status, JobStatus::error_terminated);
}

TEST(RunScripts, ThatHangEndWithTheJob) {
  Scripts scripts("RunBeforeJob = \"/bin/cat FOLDER/fifo\"; RunAfterFailedJob = \"/bin/echo cleaned up\"");
  const auto fifo = scripts.lab.files.folder() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const JobId job = scripts.lab.director().run(scripts.lab.request("admin"));
  const std::ofstream held(fifo);  // waits until the script reads, which then waits for us
  scripts.lab.director().cancel(job, [](std::string_view) {});
  EXPECT_EQ(scripts.lab.wait(job).status, JobStatus::cancelled);
  EXPECT_THAT(scripts.lab.log(job), HasSubstr("Admin Canceled"));
  EXPECT_THAT(scripts.lab.log(job), HasSubstr("AfterJob: cleaned up\n"));
}

TEST(RunScripts, ThatAreConsoleCommandsShowWhatAConsoleWould) {
  Scripts scripts("RunScript { RunsWhen = Before; RunsOnClient = no; Console = \".jobs type=R\" }");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::terminated) << scripts.lab.log(row.id);
  EXPECT_THAT(scripts.lab.log(row.id),
              HasSubstr("JobId 1: console command: run BeforeJob \".jobs type=R\"\n"));
  EXPECT_THAT(scripts.lab.log(row.id), HasSubstr("JobId 1: RestoreFiles\n"));
}

TEST(RunScripts, ThatAreNoConsoleCommandsFailTheJob) {
  Scripts scripts("RunScript { RunsWhen = Before; RunsOnClient = no; Console = \"nonsense\" }");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::error_terminated);
  EXPECT_THAT(scripts.lab.log(row.id), HasSubstr("Runscript: BeforeJob console command failed: nonsense\n"));
}

TEST(RunScripts, KnowTheCodesOfTheJob) {
  Scripts scripts(
      "RunBeforeJob = \"/bin/echo %d|%D|%c|%f|%h|%i|%l|%n|%p|%t|%x|%C|%s|%v|%V|%O|%N|%r|%b|%F|%e|%z|%%\"");
  const auto row = scripts.run();
  EXPECT_THAT(scripts.lab.log(row.id),
              HasSubstr("BeforeJob: lab-dir|lab-dir|lab-fd|Tree|127.0.0.1|1| |admin|Full|Admin|no|no|||"
                        "*None*|*None*|*None*||0|0|Unknown term code|%z|%\n"));
}

TEST(RunScripts, OfLongLinesAreToldInPieces) {
  Scripts scripts("RunBeforeJob = \"/bin/echo " + std::string(130, 'x') + "\"");
  const auto row = scripts.run();
  EXPECT_THAT(scripts.lab.log(row.id), HasSubstr("BeforeJob: " + std::string(129, 'x') + "\n"));
  EXPECT_THAT(scripts.lab.log(row.id), HasSubstr("BeforeJob: x\n"));
}

TEST(RunScripts, OfClientsAreSkippedWhereThereIsNone) {
  Scripts scripts("ClientRunBeforeJob = \"/bin/echo never\"");
  const auto row = scripts.run();
  EXPECT_EQ(row.status, JobStatus::warnings);
  EXPECT_THAT(scripts.lab.log(row.id),
              HasSubstr("Warning: Admin jobs have no client: the script \"/bin/echo never\" is not run.\n"));
}

}  // namespace
}  // namespace holdfast::director

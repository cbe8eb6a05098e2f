// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/director.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "jobs/texts.h"
#include "testing/base/golden.h"
#include "testing/director/lab.h"
#include "testing/director/scripted_daemon.h"

namespace holdfast::director {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using namespace testing_support;

constexpr std::size_t never = ~std::size_t{0};

/// A recorded backup whose daemons a test plays.
class Directors : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto transcript = read_transcript("backup-full-unlabelled-volume");
    if (!transcript) GTEST_SKIP() << "no golden recordings";
    storage_ = recorded_conversation(*transcript, "storage");
    client_ = recorded_conversation(*transcript, "filedaemon");
    lab_.limits.after_cancel = std::chrono::milliseconds(50);
    lab_.restart();
  }

  catalog::JobRow backup() {
    ScriptedDaemon storage(storage_, never, Misbehaviour::hang_up);
    ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
    lab_.connector.add_storage(storage.channel());
    lab_.connector.add_client(client.channel());
    const auto row = lab_.run(lab_.request("mini"));
    lab_.connector.clear();
    return row;
  }

  Lab lab_;
  std::vector<RecordedPacket> storage_;
  std::vector<RecordedPacket> client_;
};

TEST_F(Directors, ACancelledJobEndsAsCancelled) {
  ScriptedDaemon storage(storage_, never, Misbehaviour::hang_up);
  ScriptedDaemon client(client_, 10, Misbehaviour::silence);
  lab_.connector.add_storage(storage.channel());
  lab_.connector.add_client(client.channel());
  const JobId job = lab_.director().run(lab_.request("mini"));
  client.wait_until_misbehaving();
  ASSERT_THAT(lab_.director().running_jobs(), SizeIs(1));
  EXPECT_EQ(lab_.director().running_jobs()[0].id, job);
  EXPECT_TRUE(lab_.director().cancel(job, [](std::string_view) {}));
  const auto row = lab_.wait(job);
  EXPECT_EQ(row.status, JobStatus::cancelled);
  EXPECT_THAT(lab_.log(job), HasSubstr("Backup Canceled"));
  EXPECT_THAT(lab_.director().running_jobs(), IsEmpty());
  EXPECT_FALSE(lab_.director().cancel(job, [](std::string_view) {}));
}

TEST_F(Directors, AJobCancelledInTheQueueNeverTalksToADaemon) {
  auto request = lab_.request("mini");
  request.when = unix_seconds(lab_.clock.now()) + 3600;
  const JobId job = lab_.director().run(request);
  EXPECT_TRUE(lab_.director().cancel(job, [](std::string_view) {}));
  EXPECT_EQ(lab_.wait(job).status, JobStatus::cancelled);
  EXPECT_THAT(lab_.log(job), Not(HasSubstr("Start Backup")));
  EXPECT_THAT(lab_.log(job), HasSubstr("Backup Canceled"));
}

TEST_F(Directors, AChangedFileSetIsSavedInFull) {
  ASSERT_EQ(backup().status, JobStatus::terminated);
  auto request = lab_.request("mini");
  request.level = JobLevel::incremental;
  EXPECT_EQ(lab_.run(request).level, JobLevel::incremental);
  request.file_set = request.configuration->find_file_set("Tree");
  const auto row = lab_.run(request);
  EXPECT_EQ(row.level, JobLevel::full);
  EXPECT_THAT(lab_.log(row.id), HasSubstr("Doing FULL backup."));
  EXPECT_THAT(lab_.log(row.id), HasSubstr("Full (upgraded from Incremental)"));
}

TEST_F(Directors, ABackupWhoseCountsDoNotAgreeIsNoGoodBackup) {
  // One attribute record gets lost on its way.
  const auto lost = std::find_if(storage_.begin(), storage_.end(), [](const RecordedPacket& packet) {
    return packet.payload.starts_with("UpdCat");
  });
  storage_.erase(lost, lost + 2);
  const auto row = backup();
  EXPECT_EQ(row.status, JobStatus::error_terminated);
  EXPECT_THAT(lab_.log(row.id),
              HasSubstr("the client saved 10 files, the storage wrote 10, the catalog got 9"));
}

TEST_F(Directors, ABackupWithoutItsVolumesInTheCatalogIsNoGoodBackup) {
  const auto piece = std::find_if(storage_.begin(), storage_.end(), [](const RecordedPacket& packet) {
    return packet.payload.find("CreateJobMedia FirstIndex=1 ") != std::string::npos;
  });
  storage_.erase(piece, piece + 2);  // with its answer
  const auto row = backup();
  EXPECT_EQ(row.status, JobStatus::error_terminated);
  EXPECT_THAT(lab_.log(row.id), HasSubstr("the catalog knows no volume for file 1 of 10"));
}

TEST_F(Directors, WhatTheDirectorsDeathInterruptedIsFailedAtTheNextStart) {
  catalog::JobRow row;
  row.job = "mini.2026-11-22_21.51.04_03";
  row.name = "mini";
  row.scheduled = row.started = Moment(std::chrono::seconds(1'795'384'000));
  const auto catalog = lab_.open_catalog();
  row.id = catalog->jobs().create(row);
  row.status = JobStatus::running;
  catalog->jobs().start(row);
  const catalog::NewFile file{.file_index = 1, .path = "/", .name = "a", .stat = "A", .digest = "0"};
  catalog->files().add(row.id, {&file, 1});
  lab_.console_messages();
  lab_.restart();
  EXPECT_EQ(catalog->jobs().find(row.id)->status, JobStatus::fatal);
  EXPECT_EQ(catalog->files().count(row.id), 0U);
  EXPECT_THAT(lab_.console_messages(), HasSubstr("mini.2026-11-22_21.51.04_03 (JobId 1) was interrupted"));
}

/// Until no row says any more that its job has not ended.
void wait_for_ends(Lab& lab) {
  const auto has_ended = [](const catalog::JobRow& row) { return jobs::is_final(row.status); };
  const auto all_have = [&] {
    const auto rows = lab.open_catalog()->jobs().list({});
    return std::all_of(rows.begin(), rows.end(), has_ended);
  };
  while (!all_have()) std::this_thread::yield();
}

// Whenever the disk fills up: the job ends, and no job that is called good lacks a file or a volume. When there is room
// again, all rows get their end.
TEST_F(Directors, AFullDiskUnderTheCatalogNeverGivesAGoodBackupThatIsNone) {
  int good = 0;
  for (int changes = 0; changes < 200 && good == 0; ++changes) {
    Lab lab;
    lab.limits.after_cancel = std::chrono::milliseconds(50);
    lab.faults = std::make_shared<catalog::FaultCountdown>(1000);
    lab.restart();
    lab.faults = std::make_shared<catalog::FaultCountdown>(changes);
    ScriptedDaemon storage(storage_, never, Misbehaviour::hang_up);
    ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
    lab.connector.add_storage(storage.channel());
    lab.connector.add_client(client.channel());
    try {
      const JobId job = lab.director().run(lab.request("mini"));
      lab.director().wait_for_end(job, {});
      const auto row = lab.open_catalog()->jobs().find(job).value();
      if (row.status == JobStatus::terminated || row.status == JobStatus::warnings) {
        ++good;
        EXPECT_EQ(lab.open_catalog()->files().count(job), 10U) << "after " << changes << " changes";
        EXPECT_THAT(lab.open_catalog()->volumes().pieces(job), SizeIs(1))
            << "after " << changes << " changes";
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::no_space) << error.message();
    }
    lab.faults->make_room();
    wait_for_ends(lab);
    lab.connector.clear();
  }
  EXPECT_EQ(good, 1) << "the whole run never went through";
}

TEST_F(Directors, MessagesWaitForTheConsoleAcrossARestart) {
  backup();
  EXPECT_TRUE(lab_.director().has_console_messages());
  lab_.restart();
  EXPECT_THAT(lab_.console_messages(), HasSubstr("22-Nov 21:51 lab-dir JobId 1: Start Backup JobId 1"));
  EXPECT_FALSE(lab_.director().has_console_messages());
}

TEST_F(Directors, RemembersTheJobsOfBeforeARestart) {
  backup();
  lab_.restart();
  const auto jobs = lab_.director().terminated_jobs();
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].status, JobStatus::terminated);
  EXPECT_EQ(jobs[0].files, 10U);
}

TEST(Director, SaysOnceWhatItDoesNotHonour) {
  Lab lab(
      "Job { Name = slow; JobDefs = D; DirPluginOptions = one }\n"
      "Job { Name = other; JobDefs = D; DirPluginOptions = two }");
  EXPECT_THAT(lab.console_messages(),
              HasSubstr("Job: DirPluginOptions has no effect in this version (given in: slow, other)."));
}

TEST_F(Directors, AScriptThatFailsBeforeTheJobEndsIt) {
  Lab lab("Job { Name = scripted; JobDefs = D; RunBeforeJob = \"/bin/sh -c 'echo %n; exit 3'\" }");
  const auto row = lab.run(lab.request("scripted"));
  EXPECT_EQ(row.status, JobStatus::error_terminated);
  EXPECT_THAT(lab.log(row.id), HasSubstr("BeforeJob: scripted\n"));
  EXPECT_THAT(lab.log(row.id), HasSubstr("Runscript: BeforeJob returned non-zero status=3. ERR="));
  EXPECT_THAT(lab.log(row.id), Not(HasSubstr("Start Backup")));
}

TEST_F(Directors, ScriptsAfterTheJobSeeHowItEnded) {
  Lab lab(
      "Job { Name = scripted; JobDefs = D; RunAfterJob = \"/bin/echo good\"; RunAfterFailedJob = \"/bin/echo "
      "%e\" }");
  const auto row = lab.run(lab.request("scripted"));
  EXPECT_THAT(lab.log(row.id), HasSubstr("AfterJob: Fatal Error\n"));
  EXPECT_THAT(lab.log(row.id), Not(HasSubstr("AfterJob: good")));
}

TEST_F(Directors, AJobCancelledWhileTheStorageLooksForADeviceEndsAtOnce) {
  ScriptedDaemon storage(storage_, 3, Misbehaviour::silence);
  ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
  lab_.connector.add_storage(storage.channel());
  lab_.connector.add_client(client.channel());
  const JobId job = lab_.director().run(lab_.request("mini"));
  storage.wait_until_misbehaving();
  EXPECT_TRUE(lab_.director().cancel(job, [](std::string_view) {}));
  EXPECT_EQ(lab_.wait(job).status, JobStatus::cancelled);
}

TEST_F(Directors, ACancelBehindTheLastDaemonsEndAsksNone) {
  Lab lab("Job { Name = slow-end; JobDefs = D; FileSet = Mini; Run After Job = \"/bin/cat FOLDER/fifo\" }\n");
  const auto fifo = lab.files.folder() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  ScriptedDaemon storage(storage_, never, Misbehaviour::hang_up);
  ScriptedDaemon client(client_, never, Misbehaviour::hang_up);
  lab.connector.add_storage(storage.channel());
  lab.connector.add_client(client.channel());
  const JobId job = lab.director().run(lab.request("slow-end"));
  const std::ofstream held(fifo);  // waits until the script reads, which then waits for us
  std::string told;
  EXPECT_TRUE(lab.director().cancel(job, [&](std::string_view text) { told += text; }));
  EXPECT_EQ(told, "") << "nobody listens any more; a Director that ends would wait for that";
}

TEST(Director, RefusesADisabledJob) {
  Lab lab;
  lab.director().set_enabled(console::Toggled::job, "mini", false);
  EXPECT_THROW(lab.director().run(lab.request("mini")), Error);
}

TEST(Director, DoesNotPassSomethingElseOffAsAVirtualFull) {
  Lab lab;
  auto request = lab.request("mini");
  request.level = JobLevel::virtual_full;
  const auto row = lab.run(request);
  EXPECT_EQ(row.status, JobStatus::fatal);
  EXPECT_THAT(lab.log(row.id), HasSubstr("No Next Pool specification found in Pool"));
}

TEST(Director, DoesNotStartWithoutItsCatalog) {
  EXPECT_THROW(Lab("Catalog { Name = Other; DbDriver = sqlite; DbName = /nowhere/at/all.db; DbUser = x }"),
               Error);
}

}  // namespace
}  // namespace holdfast::director

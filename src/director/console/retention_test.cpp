// SPDX-License-Identifier: AGPL-3.0-or-later
// prune, purge, update, delete, truncate and show holds over a small catalog.
#include <gmock/gmock.h>

#include "base/text.h"
#include "catalog/retention_catalog.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/console_double.h"

namespace holdfast::director::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::ServicesDouble;

class RetentionCommands : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    catalog::OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    services_ = std::make_unique<ServicesDouble>(testing_support::small_configuration(), GetParam());
    catalog_ = services_->catalog.open();
    catalog::PoolRow pool;
    pool.name = "Full";
    pool_ = catalog_->pools().put(pool);
    client_ = catalog_->clients().get_or_create("one-fd").id;
    fileset_ =
        catalog_->filesets()
            .get_or_create({.name = "Files", .md5 = "x"}, catalog::FileSetCatalog::Match::name_and_md5, now())
            .id;
    storage_ = catalog_->storages().put_storage("Disk", false);
  }

  catalog::Moment now() const { return std::chrono::floor<std::chrono::seconds>(services_->clock.now()); }

  void volume(const std::string& name, const std::string& status = "Full") {
    catalog::VolumeRow row;
    row.name = name;
    row.pool = pool_;
    row.storage = storage_;
    row.media_type = "File";
    row.status = status;
    row.bytes = 100'000;
    row.retention = 30 * 86'400;
    row.first_written = row.last_written = now() - std::chrono::hours(24);
    catalog_->volumes().create(row);
  }

  JobId job(const std::string& on, int days_ago, JobStatus status = JobStatus::terminated) {
    catalog::JobRow row;
    row.job = "nightly." + std::to_string(++jobs_);
    row.name = "nightly";
    row.level = JobLevel::full;
    row.client = client_;
    row.fileset = fileset_;
    row.pool = pool_;
    row.scheduled = now() - std::chrono::hours(24 * days_ago);
    row.id = catalog_->jobs().create(row);
    row.started = row.ended = row.really_ended = row.scheduled;
    row.job_tdate = row.started.time_since_epoch().count();
    row.status = status;
    row.files = 1;
    catalog_->jobs().finish(row);
    const auto id = catalog_->volumes().find(on)->id;
    catalog_->volumes().add_piece({.job = row.id, .volume = id, .first_index = 1, .last_index = 1});
    return row.id;
  }

  std::string answer(const std::string& command, std::vector<std::string> answers = {}) {
    answers.insert(answers.begin(), command);
    return services_->talk(std::move(answers)).screen();
  }
  std::string json(const std::string& command) {
    return services_->talk({".api 2 compact=yes", command}).last_answer();
  }
  std::string status(const std::string& name) { return catalog_->volumes().find(name)->status; }
  bool exists(JobId job) { return catalog_->jobs().find(job).has_value(); }

  std::unique_ptr<ServicesDouble> services_;
  std::unique_ptr<catalog::Catalog> catalog_;
  PoolId pool_;
  ClientId client_;
  FileSetId fileset_;
  StorageId storage_;
  int jobs_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Databases, RetentionCommands, catalog::both_databases(), catalog::name_of_database);

TEST_P(RetentionCommands, ShowHoldsTellsWhatIsHeldAndWhy) {
  EXPECT_THAT(answer("show holds"), HasSubstr("Nothing is held.\n"));
  volume("V1");
  job("V1", 400);
  job("V1", 300);
  EXPECT_THAT(answer("show holds"), HasSubstr("Client \"one-fd\", FileSet \"Files\":\n   JobId 2 Full of "));
  EXPECT_THAT(answer("show holds"),
              HasSubstr("Job \"nightly\", Pool \"Full\", on V1: the newest restorable Full of client "
                        "\"one-fd\", FileSet \"Files\"\n"));
  const std::string document = json("show holds");
  EXPECT_THAT(
      document,
      HasSubstr("\"holds\":[{\"jobid\":2,\"job\":\"nightly\",\"client\":\"one-fd\",\"fileset\":\"Files\","
                "\"pool\":\"Full\",\"level\":\"F\""));
  EXPECT_THAT(document, HasSubstr("\"reason\":\"newest-full\""));
  EXPECT_THAT(document, HasSubstr("\"volumes\":[\"V1\"]"));
}

TEST_P(RetentionCommands, PruneVolumeRemovesExpiredJobsAndWarnsOfHeldOnes) {
  volume("V1");
  const JobId old = job("V1", 400);
  const JobId newest = job("V1", 300);
  const std::string text = answer("prune volume=V1 yes");
  EXPECT_THAT(text, HasSubstr("The current Volume (V1) retention period is: 1 month \n"));
  EXPECT_THAT(
      text, HasSubstr("JobId 2 is the newest restorable Full of client \"one-fd\", FileSet \"Files\"; it is "
                      "removed because you ask for it.\n"));
  EXPECT_THAT(text, HasSubstr("Pruning volume V1: 2 Jobs have expired and can be pruned.\n"));
  EXPECT_THAT(text, HasSubstr("Volume \"V1\" contains no jobs after pruning.\n"));
  EXPECT_FALSE(exists(old));
  EXPECT_FALSE(exists(newest));
  EXPECT_EQ(status("V1"), "Purged");
}

TEST_P(RetentionCommands, PruneVolumeKeepsWhatIsYoungOrRuns) {
  volume("V1");
  const JobId young = job("V1", 3);
  const JobId running = job("V1", 200, JobStatus::running);
  EXPECT_THAT(answer("prune volume=V1 yes"), HasSubstr("Volume \"V1\" still contains jobs after pruning.\n"));
  EXPECT_TRUE(exists(young));
  EXPECT_TRUE(exists(running));
  EXPECT_THAT(answer("prune volume=V1", {"no"}), Not(HasSubstr("after pruning")));
}

TEST_P(RetentionCommands, PruneOffersTheVolumesOfAPool) {
  volume("V1");
  volume("V2", "Used");
  volume("V3", "Append");
  job("V1", 300);
  job("V2", 200);
  job("V3", 1);
  EXPECT_THAT(answer("prune volume pool=Full", {"2"}), HasSubstr("  2: V2 | lastwritten="));
  EXPECT_EQ(status("V1"), "Full");
  EXPECT_EQ(status("V2"), "Purged");
  EXPECT_THAT(answer("prune volume pool=Full", {"V3"}), HasSubstr("Invalid prune selection \"V3\".\n"));
  EXPECT_THAT(answer("prune volume=V3 volume=V1 pool=Full"),
              HasSubstr("Volume \"V3\" is not currently prunable in Pool \"Full\".\n"));
  answer("prune volume all yes");
  EXPECT_EQ(status("V1"), "Purged");
}

TEST_P(RetentionCommands, PruneJobsAndFilesTakeAnotherPeriod) {
  volume("V1");
  const JobId old = job("V1", 100);
  job("V1", 1);
  EXPECT_THAT(answer("prune jobs client=one-fd yes"), HasSubstr("No jobids found to be purged\n"));
  EXPECT_THAT(answer("prune files client=one-fd yes"),
              HasSubstr("Pruned Files from 1 Jobs for client one-fd from catalog.\n"));
  EXPECT_THAT(answer("prune jobs client=one-fd", {"mod", "10 days", "yes"}),
              HasSubstr("Pruned 1 Job for client one-fd from catalog.\n"));
  EXPECT_FALSE(exists(old));
}

TEST_P(RetentionCommands, PurgeAsksNothingOfAgeAndWarnsOfHolds) {
  volume("V1");
  const JobId only = job("V1", 1);
  const std::string text = answer("purge volume=V1");
  EXPECT_THAT(text, HasSubstr("This command can be DANGEROUS!!!"));
  EXPECT_THAT(text, HasSubstr("Found 1 Jobs for media \"V1\" in catalog.\n"));
  EXPECT_THAT(text, HasSubstr("it is removed because you ask for it.\n"));
  EXPECT_THAT(text, HasSubstr("There are no more Jobs associated with Volume \"V1\". Marking it purged.\n"));
  EXPECT_FALSE(exists(only));
  EXPECT_EQ(status("V1"), "Purged");
  EXPECT_THAT(answer("purge volume=V1"), HasSubstr("has VolStatus \"Purged\" and cannot be purged."));
}

TEST_P(RetentionCommands, PurgeOfAClientIsConfirmed) {
  volume("V1");
  const JobId one = job("V1", 1);
  EXPECT_THAT(answer("purge jobs client=one-fd", {"no"}), HasSubstr("Purge canceled.\n"));
  EXPECT_TRUE(exists(one));
  EXPECT_THAT(answer("purge jobs client=one-fd yes"),
              HasSubstr("1 Job on client \"one-fd\" purged from catalog.\n"));
  EXPECT_FALSE(exists(one));
}

TEST_P(RetentionCommands, ARunningJobOutlivesEveryPurge) {
  volume("V1");
  const JobId running = job("V1", 1, JobStatus::running);
  for (const char* command : {"purge volume=V1", "purge jobs client=one-fd yes", "purge jobs pool=Full yes",
                              "purge files jobid=1", "delete volume=V1 yes", "prune jobs client=one-fd yes"})
    answer(command);
  EXPECT_TRUE(exists(running));
  EXPECT_EQ(status("V1"), "Full");
}

TEST_P(RetentionCommands, UpdateChangesAVolumeAndWarnsWhereItIsHeld) {
  volume("V1");
  job("V1", 1);
  const std::string text =
      answer("update volume=V1 volstatus=Recycle volretention=10 days maxvoljobs=3 enabled=no");
  EXPECT_THAT(text, HasSubstr("New Volume status is: Recycle\n"));
  EXPECT_THAT(text,
              HasSubstr("Volume \"V1\" is not written on before a newer backup replaces JobId 1 there"));
  EXPECT_THAT(text, HasSubstr("New Enabled is: 0\n"));
  EXPECT_EQ(catalog_->volumes().find("V1")->max_jobs, 3U);
  EXPECT_THAT(answer("update volume=V1 enabled=perhaps"), HasSubstr("Invalid Enabled value"));
  EXPECT_THAT(answer("update volume=V1", {"3", "2h", "19"}), HasSubstr("New use duration is: 2 hours \n"));
}

TEST_P(RetentionCommands, UpdateJobShiftsAllTimes) {
  volume("V1");
  const JobId id = job("V1", 10);
  const auto before = catalog_->jobs().find(id).value();
  answer("update jobid=1 starttime=\"2020-01-01 00:00:00\" jobname=other");
  const auto after = catalog_->jobs().find(id).value();
  EXPECT_EQ(after.ended - after.started, before.ended - before.started);
  EXPECT_LT(after.job_tdate, before.job_tdate);
  EXPECT_EQ(after.name, "other");
}

TEST_P(RetentionCommands, DeleteTakesListsAndRanges) {
  volume("V1");
  for (int i = 0; i < 4; ++i) job("V1", 1);
  EXPECT_THAT(json("delete jobid=1,3-4,x"), HasSubstr("\"jobids\":[\"1\",\"3\",\"4\"]"));
  EXPECT_TRUE(exists(JobId(2)));
  EXPECT_FALSE(exists(JobId(3)));
  EXPECT_THAT(answer("delete volume=V1 yes"), HasSubstr("Volume V1 deleted.\n"));
  EXPECT_FALSE(catalog_->volumes().find("V1"));
  EXPECT_FALSE(exists(JobId(2)));
}

TEST_P(RetentionCommands, TruncateEmptiesPurgedVolumes) {
  volume("V1", "Purged");
  volume("V2");
  services_->daemon_answers["Disk"] = {
      "3000 OK label. VolFiles=0 VolBytes=185 Volume=\"V1\" Device=\"Disk\" (/vols)\n"};
  const std::string text = answer("truncate volstatus=Purged yes");
  EXPECT_THAT(text, HasSubstr("The volume 'V1' has been truncated.\n"));
  EXPECT_EQ(catalog_->volumes().find("V1")->bytes, 185U);
  EXPECT_EQ(status("V1"), "Purged");
  EXPECT_EQ(catalog_->volumes().find("V2")->bytes, 100'000U);
}

TEST_P(RetentionCommands, ChangeVolumesWhileNoJobChoosesOne) {
  catalog::PoolRow other;
  other.name = "Other";
  catalog_->pools().put(other);
  int number = 0;
  for (const char* command :
       {"prune volume=V yes", "purge volume=V", "update volume=V pool=Other", "delete volume=V yes"}) {
    const std::string name = "V" + std::to_string(++number);
    volume(name);
    job(name, 40);
    services_->volumes_held = 0;
    answer(replace_all(command, "=V", "=" + name));
    EXPECT_EQ(services_->volumes_held, 1) << command;
  }
  EXPECT_FALSE(catalog_->volumes().find("V4"));
}

TEST_P(RetentionCommands, DeleteOfAJobTakesYesToo) {
  volume("V");
  const JobId gone = job("V", 1), stays = job("V", 1);
  EXPECT_THAT(answer(fmt::format("delete jobid={} yes", gone.value)), HasSubstr("deleted from the catalog"));
  EXPECT_FALSE(exists(gone));
  EXPECT_TRUE(exists(stays));
}

}  // namespace
}  // namespace holdfast::director::console

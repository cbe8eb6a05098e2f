// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/retention.h"

#include <gmock/gmock.h>

#include "jobs/quota.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto day = std::chrono::hours(24);

class PruningJobs : public ::testing::Test {
 protected:
  PruningJobs() {
    client_ = catalog_->clients().get_or_create("web1").id;
    fileset_ =
        catalog_->filesets()
            .get_or_create({.name = "All", .md5 = "x"}, catalog::FileSetCatalog::Match::name_and_md5, now_)
            .id;
    volume_ = catalog_->volumes().create({.name = "V", .media_type = "File"});
  }

  JobId add(JobLevel level, int days_ago, JobType type = JobType::backup,
            JobStatus status = JobStatus::terminated) {
    JobRow row;
    row.job = "nightly." + std::to_string(++jobs_);
    row.name = "nightly";
    row.type = type;
    row.level = level;
    row.client = client_;
    row.fileset = fileset_;
    row.scheduled = now_ - days_ago * day;
    row.id = catalog_->jobs().create(row);
    row.started = row.ended = row.really_ended = row.scheduled;
    row.status = status;
    row.job_tdate = row.started.time_since_epoch().count();
    row.files = 1;
    catalog_->jobs().finish(row);
    const catalog::NewFile file{.file_index = 1, .path = "/", .name = "f", .stat = "A", .digest = "0"};
    catalog_->files().add(row.id, {&file, 1});
    catalog_->volumes().add_piece({.job = row.id, .volume = volume_, .first_index = 1, .last_index = 1});
    return row.id;
  }

  void prune(bool jobs, bool files) {
    auto_prune(*catalog_,
               {.scope = {.client = client_},
                .client = "web1",
                .periods = {.files = 60 * day, .jobs = 180 * day},
                .jobs = jobs,
                .files = files},
               {}, now_, [this](MessageType, std::string_view text) { log_ += text; });
  }

  std::vector<JobId> left() {
    std::vector<JobId> jobs;
    for (const JobRow& row : catalog_->jobs().list({})) jobs.push_back(row.id);
    return jobs;
  }

  const Moment now_ = std::chrono::floor<std::chrono::seconds>(testing_support::ManualClock().now());
  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  ClientId client_;
  FileSetId fileset_;
  MediaId volume_;
  std::string log_;
  int jobs_ = 0;
};

TEST_F(PruningJobs, OldOnesGoAndTheLogSaysSoInTheOrderOfThePeer) {
  const JobId old = add(JobLevel::full, 200);
  add(JobLevel::incremental, 199);
  const JobId middle = add(JobLevel::full, 100);
  const JobId young = add(JobLevel::full, 1);
  prune(true, true);
  EXPECT_THAT(left(), ElementsAre(middle, young));
  EXPECT_FALSE(catalog_->jobs().find(old));
  EXPECT_EQ(log_,
            "Begin pruning Jobs older than 6 months .\n"
            "Purging the following 2 JobIds: 1,2\n"
            "Pruned 2 Jobs for client web1 from catalog.\n"
            "Begin pruning Files.\n"
            "Pruned Files from 1 Jobs for client web1 from catalog.\n"
            "End auto prune.\n\n");
  EXPECT_EQ(catalog_->files().count(middle), 0U);
  EXPECT_EQ(catalog_->files().count(young), 1U);
}

TEST_F(PruningJobs, NothingIsLoggedWhereNothingIsWanted) {
  add(JobLevel::full, 500);
  prune(false, false);
  EXPECT_EQ(log_, "");
}

TEST_F(PruningJobs, TheNewestChainKeepsItsJobsAndItsFiles) {
  const JobId full = add(JobLevel::full, 400);
  const JobId incremental = add(JobLevel::incremental, 300);
  prune(true, true);
  EXPECT_THAT(left(), ElementsAre(full, incremental));
  EXPECT_EQ(catalog_->files().count(full), 1U);
  EXPECT_THAT(log_, HasSubstr("No jobids found to be purged\n"));
  EXPECT_THAT(log_, HasSubstr("No Files found to prune.\n"));
}

TEST_F(PruningJobs, ArchivesRunningJobsAndTheLastVerifyInitStay) {
  const JobId archive = add(JobLevel::none, 400, JobType::archive);
  add(JobLevel::verify_init, 400, JobType::verify);
  const JobId init = add(JobLevel::verify_init, 300, JobType::verify);
  const JobId running = add(JobLevel::full, 300, JobType::backup, JobStatus::running);
  add(JobLevel::full, 300, JobType::backup, JobStatus::fatal);
  prune(true, false);
  EXPECT_THAT(left(), ElementsAre(archive, init, running));
}

TEST_F(PruningJobs, AClockSetBackADayPrunesNothingEarly) {
  const JobId first = add(JobLevel::full, 179);
  add(JobLevel::full, 1);
  auto_prune(*catalog_, {.scope = {.client = client_}, .periods = {60 * day, 180 * day}, .jobs = true}, {},
             now_ - day, [](MessageType, std::string_view) {});
  EXPECT_TRUE(catalog_->jobs().find(first));
}

TEST_F(PruningJobs, PeriodsOfThePoolComeFirst) {
  config::Client client;
  config::Pool pool;
  EXPECT_EQ(retention_periods(client, &pool).files, 60 * day);
  pool.file_retention = 7 * day;
  EXPECT_EQ(retention_periods(client, &pool).files, 7 * day);
  EXPECT_EQ(retention_periods(client, &pool).jobs, 180 * day);
}

class Quotas : public PruningJobs {
 protected:
  void stored(std::uint64_t bytes) {
    JobRow row = *catalog_->jobs().find(add(JobLevel::full, 1));
    row.bytes = bytes;
    catalog_->jobs().finish(row);
  }
  QuotaWatch watch() {
    return {catalog_->quotas(), limits_, client_, JobId(),
            [this](MessageType, std::string_view text) { log_ = text; }};
  }
  bool is_allowed(std::chrono::seconds later = {}) {
    log_.clear();
    return watch().check_before(now_ + later) == QuotaWatch::Verdict::allowed;
  }

  QuotaLimits limits_{.hard = 0, .soft = 0, .grace = 10 * day, .job_retention = 180 * day};
};

TEST_F(Quotas, TheHardOneRefusesTheNextJob) {
  limits_.hard = 1000;
  stored(1000);
  EXPECT_TRUE(is_allowed());
  EXPECT_EQ(watch().remaining(now_), 0U);
  stored(1);
  EXPECT_FALSE(is_allowed());
  EXPECT_EQ(log_, "Quota Exceeded. Job terminated.\n");
}

TEST_F(Quotas, TheSoftOneGrantsAPeriodAndThenABurst) {
  limits_.soft = 1000;
  stored(1500);
  EXPECT_TRUE(is_allowed());
  EXPECT_EQ(log_, "Softquota Exceeded, Grace Period starts now.\n");
  EXPECT_TRUE(is_allowed(5 * day));
  EXPECT_EQ(log_, "Softquota Exceeded, will be enforced after Grace Period expires.\n");
  EXPECT_FALSE(is_allowed(11 * day));
  EXPECT_EQ(catalog_->quotas().get_or_create(client_).limit, 1500U);
  EXPECT_FALSE(is_allowed(11 * day));  // the burst limit is reached
  EXPECT_EQ(watch().remaining(now_ + 11 * day), 0U);
}

TEST_F(Quotas, TheGraceEndsWhenEnoughHasExpired) {
  limits_.soft = 1000;
  stored(1500);
  is_allowed();
  limits_.soft = 2000;
  EXPECT_TRUE(is_allowed());
  EXPECT_EQ(log_, "Soft Quota reset, Grace Period ends now.\n");
  EXPECT_EQ(catalog_->quotas().get_or_create(client_).grace_time, 0);
}

TEST_F(Quotas, TheBytesOfTheJobItselfCountBehindIt) {
  limits_.soft = 1000;
  stored(900);
  watch().check_after(now_, 50);
  EXPECT_EQ(log_, "");
  watch().check_after(now_, 200);
  EXPECT_EQ(log_, "Softquota Exceeded, Grace Period starts now.\n");
}

}  // namespace
}  // namespace holdfast::jobs

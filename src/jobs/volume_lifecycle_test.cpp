// SPDX-License-Identifier: AGPL-3.0-or-later
// The steps of the search order behind the appendable volumes, and what is held.
#include <gmock/gmock.h>

#include "jobs/volume_choice.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::Moment;
using catalog::VolumeRow;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::int64_t day = 86'400;

class Lifecycle : public ::testing::Test {
 protected:
  Lifecycle() {
    client_ = catalog_->clients().get_or_create("web1").id;
    fileset_ =
        catalog_->filesets()
            .get_or_create({.name = "All", .md5 = "x"}, catalog::FileSetCatalog::Match::name_and_md5, now())
            .id;
    pool_ = put_pool("Full");
    place_.pool = pool_;
    place_.media_type = "File";
    place_.prunes = true;
  }

  PoolId put_pool(const std::string& name, std::uint32_t max_volumes = 0) {
    catalog::PoolRow row;
    row.name = name;
    row.max_volumes = max_volumes;
    row.volume_retention = 30 * day;
    return catalog_->pools().put(row);
  }

  Moment now() const { return std::chrono::floor<std::chrono::seconds>(clock_.now()); }
  Moment ago(std::int64_t days) const { return now() - std::chrono::seconds(days * day); }

  VolumeRow add(const std::string& name, const std::string& status, std::int64_t days_ago = 100) {
    VolumeRow row;
    row.name = name;
    row.status = status;
    row.pool = pool_;
    row.media_type = "File";
    row.jobs = 1;
    row.bytes = 1000;
    row.retention = 30 * day;
    row.first_written = row.last_written = ago(days_ago);
    row.id = catalog_->volumes().create(row);
    return row;
  }

  JobId job_on(const VolumeRow& volume, JobLevel level, std::int64_t days_ago,
               JobStatus status = JobStatus::terminated) {
    catalog::JobRow row;
    row.job = "nightly." + std::to_string(++jobs_);
    row.name = "nightly";
    row.level = level;
    row.client = client_;
    row.fileset = fileset_;
    row.pool = pool_;
    row.scheduled = ago(days_ago);
    row.id = catalog_->jobs().create(row);
    row.started = row.ended = row.really_ended = ago(days_ago);
    row.status = status;
    row.job_tdate = row.started.time_since_epoch().count();
    row.files = 10;
    catalog_->jobs().finish(row);
    catalog_->volumes().add_piece({.job = row.id, .volume = volume.id, .first_index = 1, .last_index = 10});
    return row.id;
  }

  void change(const std::string& name, const std::function<void(VolumeRow&)>& by) {
    VolumeRow row = *catalog_->volumes().find(name);
    by(row);
    catalog_->volumes().update(row);
  }

  VolumeChoice choice() {
    return {*catalog_, clock_, place_, [this](MessageType, std::string_view text) { log_ += text; }};
  }
  std::string next(std::uint32_t index = 1, std::string_view unwanted = "") {
    log_.clear();
    const auto found = choice().find_next(index, unwanted);
    return found ? found->name : "none";
  }
  std::string status(const std::string& name) { return catalog_->volumes().find(name)->status; }
  std::string refusal(std::string_view volume) {
    const auto answer = choice().check(volume, VolumeUse::write);
    const auto* unusable = std::get_if<VolumeUnusable>(&answer);
    return unusable ? unusable->reason : "accepted";
  }

  testing_support::ManualClock clock_;
  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  ClientId client_;
  FileSetId fileset_;
  PoolId pool_;
  WritePlace place_;
  std::string log_;
  int jobs_ = 0;
};

TEST_F(Lifecycle, OneMarkedForReuseComesBeforeAPurgedOneAndBothBehindAppendable) {
  add("P", "Purged");
  add("R", "Recycle");
  EXPECT_EQ(next(), "R");
  add("A", "Append");
  EXPECT_EQ(next(), "A");
  EXPECT_EQ(choice().preview()->name, "A");
}

TEST_F(Lifecycle, APurgedVolumeIsRecycled) {
  add("P", "Purged");
  EXPECT_EQ(choice().preview()->name, "P");
  EXPECT_EQ(status("P"), "Purged");
  EXPECT_EQ(next(), "P");
  EXPECT_EQ(log_, "Recycled volume \"P\"\n");
  const auto row = catalog_->volumes().find("P").value();
  EXPECT_EQ(row.status, "Recycle");
  EXPECT_EQ(row.bytes, 1U);
  EXPECT_EQ(row.jobs, 0U);
  EXPECT_EQ(row.recycle_count, 1U);
  EXPECT_EQ(row.last_written, Moment{});
}

TEST_F(Lifecycle, OneThatMayNotBeRecycledIsLeftAlone) {
  add("P", "Purged");
  change("P", [](VolumeRow& row) { row.recycle = false; });
  EXPECT_EQ(next(), "none");
  EXPECT_EQ(refusal("P"), "volume has recycling disabled");
}

TEST_F(Lifecycle, TheOldestExpiredVolumeIsPrunedAndRecycled) {
  job_on(add("young", "Full", 10), JobLevel::full, 10);
  job_on(add("oldest", "Full", 200), JobLevel::full, 200);
  job_on(add("old", "Used", 100), JobLevel::full, 100);
  EXPECT_EQ(next(), "oldest");
  EXPECT_THAT(log_,
              HasSubstr("Volume \"oldest\" has Volume Retention of 2592000 sec. and has 1 jobs that will be "
                        "pruned\n"));
  EXPECT_THAT(log_, HasSubstr("All records pruned from Volume \"oldest\"; marking it \"Purged\"\n"));
  EXPECT_EQ(status("old"), "Used");
  EXPECT_FALSE(catalog_->jobs().find(JobId(2)));
  EXPECT_TRUE(catalog_->jobs().find(JobId(3)));
}

TEST_F(Lifecycle, NothingIsPrunedWherePoolAndJobDoNotWantIt) {
  job_on(add("young", "Full", 10), JobLevel::full, 10);
  job_on(add("old", "Full", 100), JobLevel::full, 100);
  place_.prunes = false;
  EXPECT_EQ(next(), "none");
  EXPECT_EQ(status("old"), "Full");
}

TEST_F(Lifecycle, TheNewestFullIsHeldHoweverOldItIs) {
  job_on(add("V", "Full", 1000), JobLevel::full, 1000);
  EXPECT_EQ(next(), "none");
  EXPECT_THAT(
      log_,
      HasSubstr("Pool \"Full\" has no volume to write on: Volume \"V\" expired, but holds what the newest "
                "restorable backups need (\"show holds\" lists them)."));
  EXPECT_TRUE(catalog_->jobs().find(JobId(1)));
}

TEST_F(Lifecycle, HoldsAreExplainedOnceHoweverOftenTheStorageDaemonAsks) {
  job_on(add("V", "Full", 1000), JobLevel::full, 1000);
  VolumeChoice choice = this->choice();
  choice.find_next(1, "");
  EXPECT_THAT(log_, Not(IsEmpty()));
  log_.clear();
  choice.find_next(1, "");
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(Lifecycle, AllowLosingLastFullGivesItUp) {
  job_on(add("V", "Full", 1000), JobLevel::full, 1000);
  place_.holds.may_lose = {pool_};
  EXPECT_EQ(next(), "V");
  EXPECT_FALSE(catalog_->jobs().find(JobId(1)));
}

TEST_F(Lifecycle, AVolumeOnWhichAJobRunsIsNeverTaken) {
  const auto volume = add("V", "Full", 1000);
  job_on(volume, JobLevel::full, 1000);
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  const JobId running = job_on(volume, JobLevel::full, 900, JobStatus::running);
  place_.purges_oldest = true;
  EXPECT_EQ(next(), "none");
  EXPECT_TRUE(catalog_->jobs().find(running));
  EXPECT_EQ(status("V"), "Full");
}

TEST_F(Lifecycle, APurgedVolumeGoesIntoItsRecyclePoolUnlessThatIsFull) {
  const PoolId other = put_pool("Other", 1);
  job_on(add("A", "Full", 300), JobLevel::full, 300);
  job_on(add("B", "Full", 200), JobLevel::full, 200);
  job_on(add("C", "Full", 1), JobLevel::full, 1);
  for (const char* name : {"A", "B"}) change(name, [&](VolumeRow& row) { row.recycle_pool = other; });
  EXPECT_EQ(next(), "B");  // A has gone
  EXPECT_EQ(catalog_->volumes().find("A")->pool, other);
  EXPECT_EQ(catalog_->volumes().find("B")->pool, pool_);
}

TEST_F(Lifecycle, ScratchVolumesComeInWithTheDefaultsOfThePool) {
  const PoolId scratch = put_pool("Scratch");
  add("S", "Append");
  change("S", [&](VolumeRow& row) {
    row.pool = row.recycle_pool = scratch;
    row.retention = 1;
  });
  EXPECT_EQ(next(), "S");
  EXPECT_THAT(log_, HasSubstr("Using Volume \"S\" from 'Scratch' pool.\n"));
  const auto row = catalog_->volumes().find("S").value();
  EXPECT_EQ(row.pool, pool_);
  EXPECT_EQ(row.retention, 30 * day);
  EXPECT_EQ(row.recycle_pool, scratch);
}

TEST_F(Lifecycle, AFullPoolTakesNoScratchVolume) {
  const PoolId scratch = put_pool("Scratch");
  add("only", "Error");
  put_pool("Full", 1);
  add("S", "Append");
  change("S", [&](VolumeRow& row) { row.pool = scratch; });
  EXPECT_EQ(next(), "none");
  EXPECT_THAT(log_, HasSubstr("Unable add Scratch Volume, Pool \"Full\" full MaxVols=1\n"));
  EXPECT_EQ(catalog_->volumes().find("S")->pool, scratch);
}

TEST_F(Lifecycle, PurgeOldestTakesTheOldestThatIsNotHeld) {
  job_on(add("held", "Full", 20), JobLevel::full, 20);
  job_on(add("newer", "Full", 10), JobLevel::incremental, 10);
  const auto other = add("other", "Full", 5);
  const JobId failed = job_on(other, JobLevel::full, 5, JobStatus::fatal);
  EXPECT_EQ(next(), "none");
  place_.purges_oldest = true;
  EXPECT_EQ(next(), "other");
  EXPECT_THAT(log_, HasSubstr("Purging oldest volume \"other\"\n"));
  EXPECT_FALSE(catalog_->jobs().find(failed));
  EXPECT_EQ(status("held"), "Full");
}

TEST_F(Lifecycle, RecycleOldestRespectsTheRetention) {
  place_.prunes = false;
  place_.recycles_oldest = true;
  job_on(add("old", "Full", 100), JobLevel::full, 100);
  job_on(add("newest", "Full", 1), JobLevel::full, 1);
  change("old", [](VolumeRow& row) { row.retention = 200 * day; });
  EXPECT_EQ(next(), "none");
  change("old", [](VolumeRow& row) { row.retention = 30 * day; });
  EXPECT_EQ(next(), "old");
}

TEST_F(Lifecycle, TheCurrentVolumeIsRecycledWhereThePoolWantsIt) {
  job_on(add("V", "Full", 100), JobLevel::full, 100);
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  EXPECT_EQ(refusal("V"), "but should be Append, Purged or Recycle");
  place_.recycles_current = true;
  EXPECT_EQ(refusal("V"), "accepted");
  EXPECT_THAT(log_, HasSubstr("Recycled current volume \"V\"\n"));
}

TEST_F(Lifecycle, TheCurrentVolumeThatGoesToItsRecyclePoolIsRefused) {
  job_on(add("V", "Full", 100), JobLevel::full, 100);
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  const PoolId elsewhere = put_pool("Elsewhere");
  change("V", [&](VolumeRow& row) { row.recycle_pool = elsewhere; });
  place_.recycles_current = true;
  EXPECT_EQ(refusal("V"), "not in Pool");
  EXPECT_EQ(catalog_->volumes().find("V")->pool, elsewhere);
}

TEST_F(Lifecycle, TheOldestIsNotPurgedForAPoolThatWouldNotGetIt) {
  const JobId old = job_on(add("V", "Full", 9), JobLevel::full, 9);
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  const PoolId elsewhere = put_pool("Elsewhere");
  for (const char* name : {"V", "newer"}) change(name, [&](VolumeRow& row) { row.recycle_pool = elsewhere; });
  place_.purges_oldest = true;
  EXPECT_EQ(next(), "none");
  EXPECT_TRUE(catalog_->jobs().find(old));
}

TEST_F(Lifecycle, TheOldestComesBackFromTheScratchPoolAndNoOtherIsPurged) {
  const PoolId scratch = put_pool("Scratch");
  job_on(add("V", "Full", 9), JobLevel::full, 9);
  const JobId second = job_on(add("W", "Full", 8), JobLevel::full, 8);
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  for (const char* name : {"V", "W", "newer"})
    change(name, [&](VolumeRow& row) { row.recycle_pool = scratch; });
  place_.purges_oldest = true;
  EXPECT_EQ(next(), "V");
  EXPECT_EQ(catalog_->volumes().find("V")->pool, pool_);
  EXPECT_TRUE(catalog_->jobs().find(second));
}

TEST_F(Lifecycle, OneThatSomebodyMarkedForReuseLosesItsJobsWhenItIsTakenUnlessTheyAreHeld) {
  const auto volume = add("V", "Recycle", 100);
  const JobId only = job_on(volume, JobLevel::full, 100);
  change("V", [](VolumeRow& row) { row.status = "Full"; });
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  change("V", [](VolumeRow& row) { row.status = "Recycle"; });
  EXPECT_EQ(next(), "V");
  EXPECT_FALSE(catalog_->jobs().find(only));
}

TEST_F(Lifecycle, AgesAreMeasuredByTheClockOfRetention) {
  job_on(add("V", "Full", 29), JobLevel::full, 29);
  job_on(add("newer", "Full", 1), JobLevel::full, 1);
  const testing_support::ManualClock true_time(clock_.now());
  place_.retention_clock = &true_time;
  clock_.jump(std::chrono::hours(48));  // somebody set it ahead
  EXPECT_EQ(next(), "none");
  place_.retention_clock = nullptr;
  EXPECT_EQ(next(), "V");
}

TEST_F(Lifecycle, ACounterNamesVolumes) {
  catalog::PoolRow row = *catalog_->pools().find(pool_);
  row.label_format = "Tape${Tapes+:p/3/0/r}";
  catalog_->pools().put(row);
  catalog_->counters().put({.name = "Tapes", .minimum = 5, .maximum = 6});
  place_.label.counter = [&](std::string_view name, bool step) -> std::optional<std::string> {
    const auto value = step ? catalog_->counters().step(name) : std::nullopt;
    return value ? std::optional(std::to_string(*value)) : std::nullopt;
  };
  EXPECT_EQ(next(), "Tape005");
  change("Tape005", [](VolumeRow& volume) { volume.status = "Full"; });
  EXPECT_EQ(next(), "Tape006");
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
// A database that fails in the middle of pruning, recycling and choosing a volume.
#include <gmock/gmock.h>

#include "base/error.h"
#include "jobs/retention.h"
#include "jobs/volume_choice.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/faulty_connection.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using catalog::VolumeRow;

/// Two full volumes with two jobs each; the first has expired, and the second holds the newest Full.
class World {
 public:
  World() {
    catalog::PoolRow pool;
    pool.name = "Full";
    pool_ = catalog_->pools().put(pool);
    client_ = catalog_->clients().get_or_create("one").id;
    const FileSetId fileset =
        catalog_->filesets()
            .get_or_create({.name = "All", .md5 = "x"}, catalog::FileSetCatalog::Match::name_and_md5, now())
            .id;
    for (int days : {100, 50}) {
      VolumeRow volume;
      volume.name = "V" + std::to_string(days);
      volume.pool = pool_;
      volume.media_type = "File";
      volume.status = "Full";
      volume.retention = 30 * 86'400;
      volume.first_written = volume.last_written = now() - std::chrono::hours(24 * days);
      volume.id = catalog_->volumes().create(volume);
      for (const JobLevel level : {JobLevel::full, JobLevel::incremental})
        add_job(volume, level, fileset, days);
    }
  }

  std::unique_ptr<catalog::Catalog> open_faulty(int fail_at) {
    return open_faulty_catalog(files_.file(), std::make_shared<catalog::FaultCountdown>(fail_at));
  }

  std::optional<VolumeRow> choose(catalog::Catalog& catalog) {
    WritePlace place;
    place.pool = pool_;
    place.media_type = "File";
    place.prunes = true;
    return VolumeChoice(catalog, clock_, place, [](MessageType, std::string_view) {}).find_next(1, "");
  }

  void prune(catalog::Catalog& catalog) {
    auto_prune(catalog,
               {.scope = {.client = client_},
                .periods = {.files = std::chrono::hours(24), .jobs = std::chrono::hours(24)},
                .jobs = true,
                .files = true},
               {}, now(), [](MessageType, std::string_view) {});
  }

  /// The newest chain is whole, and no volume is marked for reuse while jobs lie on it.
  void expect_safe() {
    for (const JobId job : {JobId(3), JobId(4)}) {
      ASSERT_TRUE(catalog_->jobs().find(job));
      EXPECT_FALSE(catalog_->jobs().find(job)->files_purged);
      EXPECT_EQ(catalog_->files().count(job), 1U);
      EXPECT_EQ(catalog_->volumes().pieces(job).size(), 1U);
    }
    for (const VolumeRow& row : catalog_->volumes().list({}))
      EXPECT_FALSE((row.status == "Purged" || row.status == "Recycle") &&
                   catalog_->retention().has_jobs(row.id));
    for (const JobRow& row : catalog_->jobs().list({}))
      EXPECT_EQ(catalog_->volumes().pieces(row.id).size(), 1U);
  }

  catalog::Catalog& catalog() { return *catalog_; }

 private:
  Moment now() const { return std::chrono::floor<std::chrono::seconds>(clock_.now()); }

  void add_job(const VolumeRow& volume, JobLevel level, FileSetId fileset, int days) {
    JobRow row;
    row.job = "job." + std::to_string(++jobs_);
    row.name = "job";
    row.level = level;
    row.client = client_;
    row.fileset = fileset;
    row.pool = pool_;
    row.id = catalog_->jobs().create(row);
    row.started = row.ended = row.really_ended = now() - std::chrono::hours(24 * days - jobs_);
    row.job_tdate = row.ended.time_since_epoch().count();
    row.status = JobStatus::terminated;
    row.files = 1;
    catalog_->jobs().finish(row);
    catalog_->volumes().add_piece({.job = row.id, .volume = volume.id, .first_index = 1, .last_index = 1});
    const catalog::NewFile file{.file_index = 1, .path = "/", .name = "f", .stat = "A", .digest = "0"};
    catalog_->files().add(row.id, {&file, 1});
  }

  testing_support::ManualClock clock_;
  catalog::TemporaryCatalog files_;
  std::unique_ptr<catalog::Catalog> catalog_ = files_.open();
  PoolId pool_;
  ClientId client_;
  int jobs_ = 0;
};

/// Runs `act` with a fault at its first change, its second, … until it goes through.
template <typename Act>
void at_every_fault(Act&& act) {
  for (int fail_at = 0;; ++fail_at) {
    SCOPED_TRACE("fault at change " + std::to_string(fail_at));
    ASSERT_LT(fail_at, 100);
    World world;
    bool went_through = true;
    try {
      act(world, *world.open_faulty(fail_at));
    } catch (const Error&) {
      went_through = false;
    }
    world.expect_safe();
    act(world, world.catalog());  // the next time it is completed
    world.expect_safe();
    EXPECT_FALSE(world.catalog().jobs().find(JobId(1)));
    if (went_through) return;
  }
}

TEST(InterruptedRetention, PruningLeavesTheNewestChainWholeAndIsCompletedNextTime) {
  at_every_fault([](World& world, catalog::Catalog& catalog) { world.prune(catalog); });
}

TEST(InterruptedRetention, AVolumeIsReusedOnlyWhenNothingIsLeftOnIt) {
  at_every_fault([](World& world, catalog::Catalog& catalog) { world.choose(catalog); });
}

}  // namespace
}  // namespace holdfast::jobs

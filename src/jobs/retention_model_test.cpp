// SPDX-License-Identifier: AGPL-3.0-or-later
// Random histories of a small site: what is pruned and which volumes are taken, against a naive model; and whatever
// happens by itself, the newest restorable chain of every client and FileSet stays.
#include <gmock/gmock.h>

#include <random>

#include "catalog/sql_catalog.h"
#include "jobs/restore_selection.h"
#include "jobs/retention.h"
#include "jobs/retention_clock.h"
#include "jobs/volume_choice.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/memory_catalog.h"
#include "testing/catalog/postgres_server.h"
#include "testing/jobs/naive_choice.h"
#include "testing/jobs/time_zone.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using catalog::VolumeRow;
using testing_support::NaiveCatalog;
using testing_support::NaivePlace;

constexpr auto hour = std::chrono::hours(1);
constexpr std::int64_t day = 86'400;
constexpr int clients = 3;
constexpr const char* filesets[] = {"All", "Home"};
constexpr std::chrono::seconds job_retention{20 * day};
constexpr std::chrono::seconds file_retention{8 * day};

/// The jobs a restore of each client and FileSet would use, where all of them can be read; empty ones are not missed.
using Chains = std::map<std::pair<ClientId, std::string>, std::vector<JobId>>;

/// What the pools of one site are like.
struct Habits {
  bool has_changer = false;
  bool has_scratch = false;
  bool labels = false;  ///< the second pool creates volumes, up to a limit
  bool prunes = true;
  bool purges_oldest = false;
  bool recycles_oldest = false;
  std::uint32_t max_jobs = 0;
  std::int64_t use_duration = 0;
};

class Site {
 public:
  Site(std::unique_ptr<catalog::Catalog> catalog, unsigned seed)
      : random_(seed), catalog_(std::move(catalog)) {
    habits_ = {.has_changer = pick(2) == 0,
               .has_scratch = pick(2) == 0,
               .labels = pick(2) == 0,
               .prunes = pick(4) != 0,
               .purges_oldest = pick(4) == 0,
               .recycles_oldest = pick(3) == 0,
               .max_jobs = pick(3) == 0 ? 4U : 0U,
               .use_duration = pick(3) == 0 ? 3 * day : 0};
    storage_ = catalog_->storages().put_storage("Library", habits_.has_changer);
    if (habits_.has_scratch) add_scratch();
    for (const char* name : {"Daily", "Weekly"}) add_pool(name);
    catalog_->retention().count_volumes();
    for (int i = 0; i < clients; ++i)
      clients_.push_back(catalog_->clients().get_or_create("client" + std::to_string(i)).id);
  }

  void step() {
    pass(std::chrono::minutes(pick(600)));
    switch (pick(14)) {
      case 0:
      case 1: return touch_volume();
      case 2: return set_clock();
      case 3: return end_running();
      case 4: return name_volume();
      default: return backup();
    }
  }

  std::string what;  ///< of the last step, for failure messages

 private:
  int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  Moment now() const { return std::chrono::floor<std::chrono::seconds>(wall_.now()); }
  Moment retention_now() const { return std::chrono::floor<std::chrono::seconds>(retention_clock_.now()); }
  void pass(std::chrono::microseconds time) {
    wall_.advance(time);
    retention_clock_.now();
  }

  /// Found by its name, or because the pools name it.
  void add_scratch() {
    catalog::PoolRow row;
    is_named_ = pick(2) == 0;
    row.name = is_named_ ? "Blank" : "Scratch";
    row.type = "Scratch";
    row.max_volumes = pick(2) == 0 ? 3 : 0;
    scratch_ = catalog_->pools().put(row);
    for (int i = 0; i < 3; ++i) add_volume("Scratch" + std::to_string(i), scratch_);
  }

  void add_pool(const std::string& name) {
    catalog::PoolRow row;
    row.name = name;
    row.volume_retention = 10 * day;
    row.max_volume_jobs = habits_.max_jobs;
    row.volume_use_duration = habits_.use_duration;
    if (is_named_) row.scratch_pool = scratch_;
    if (scratch_ && pick(2) == 0) row.recycle_pool = scratch_;
    if (!pools_.empty() && pick(4) == 0) row.recycle_pool = pools_.front();
    if (!pools_.empty() && habits_.labels) {
      row.label_format = "New-";
      row.max_volumes = 9;
    }
    pools_.push_back(catalog_->pools().put(row));
    for (int i = 0; i < 5; ++i) add_volume(name + std::to_string(i), pools_.back());
  }

  void add_volume(const std::string& name, PoolId pool) {
    VolumeRow row;
    row.name = name;
    row.media_type = pick(12) == 0 ? "Other" : "File";
    row.storage = storage_;
    row.in_changer = pick(2) == 0;
    const auto defaults = catalog_->pools().find(pool);
    take_pool_defaults(row, *defaults);
    row.pool = pool;
    row.retention = 10 * day;
    catalog_->volumes().create(row);
  }

  /// Somebody takes a tape away, brings it back, puts it into the changer, says that it may be written again; or one
  /// breaks.
  void touch_volume() {
    auto rows = catalog_->volumes().list({});
    VolumeRow& row = rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))];
    what = "touch " + row.name;
    if (pick(8) == 0 && row.status == "Append") row.status = "Used";
    if (pick(12) == 0 && row.status == "Used") row.status = "Recycle";
    if (pick(20) == 0) row.status = "Error";
    row.enabled = row.enabled == 1 && pick(3) == 0 ? 0 : 1;
    row.recycle = pick(20) != 0;
    row.in_changer = pick(2) == 0;
    catalog_->volumes().update(row);
  }

  /// A day ahead or back; most times it is set right again.
  void set_clock() {
    what = "set clock";
    const std::chrono::hours by =
        off_ != std::chrono::hours(0) ? -off_ : std::chrono::hours(pick(2) == 0 ? 24 : -24);
    if (pick(4) != 0 && off_ == std::chrono::hours(0)) return;
    off_ += by;
    wall_.jump(by);
    retention_clock_.now();
  }

  JobRow start_job() {
    JobRow row;
    row.job = "job." + std::to_string(++jobs_);
    row.name = "nightly";
    row.level = pick(5) == 0 ? JobLevel::full : pick(4) == 0 ? JobLevel::differential : JobLevel::incremental;
    row.client = clients_[static_cast<std::size_t>(pick(clients))];
    row.pool = pools_[static_cast<std::size_t>(pick(2))];
    const std::string md5 = std::to_string(pick(30) == 0 ? ++fileset_versions_ : fileset_versions_);
    row.fileset = catalog_->filesets()
                      .get_or_create({.name = filesets[pick(2)], .md5 = md5},
                                     catalog::FileSetCatalog::Match::name_and_md5, now())
                      .id;
    row.scheduled = now();
    row.id = catalog_->jobs().create(row);
    row.started = now();
    row.status = JobStatus::running;
    catalog_->jobs().start(row);
    return row;
  }

  void end_job(JobRow row) {
    constexpr JobStatus endings[] = {JobStatus::terminated, JobStatus::terminated, JobStatus::terminated,
                                     JobStatus::warnings,   JobStatus::fatal,      JobStatus::cancelled};
    row.status = endings[pick(6)];
    row.ended = row.really_ended = std::max(now(), row.started);
    row.job_tdate = row.ended.time_since_epoch().count();
    row.files = pick(6) == 0 ? 0 : 3;
    catalog_->jobs().finish(row);
    const bool is_good = row.status == JobStatus::terminated || row.status == JobStatus::warnings;
    if (is_good) prune_after(row);
  }

  void end_running() {
    what = "end running jobs";
    for (const JobRow& row : std::exchange(running_, {})) end_job(row);
  }

  void backup() {
    JobRow row = start_job();
    what =
        fmt::format("backup {} level {} pool {}", row.id.value, static_cast<char>(row.level), row.pool.value);
    for (int pieces = 1 + (pick(4) == 0 ? 1 : 0); pieces > 0; --pieces) {
      const auto volume = choose(row.pool);
      if (!volume) break;
      write(row, *volume);
    }
    pass(std::chrono::minutes(pick(180)));
    if (pick(15) == 0)
      running_.push_back(row);
    else
      end_job(row);
  }

  void write(const JobRow& job, VolumeRow volume) {
    catalog_->volumes().add_piece({.job = job.id, .volume = volume.id, .first_index = 1, .last_index = 3});
    volume = *catalog_->volumes().find(volume.id);
    volume.last_written = now();
    if (volume.first_written == Moment{}) volume.first_written = now();
    ++volume.jobs;
    volume.status = pick(4) == 0 ? "Full" : "Append";
    catalog_->volumes().update(volume);
  }

  WritePlace place_in(PoolId pool) const {
    WritePlace place;
    place.pool = pool;
    place.media_type = "File";
    place.storage = storage_;
    place.is_autochanger = habits_.has_changer;
    place.prunes = habits_.prunes;
    place.purges_oldest = habits_.purges_oldest;
    place.recycles_oldest = habits_.recycles_oldest;
    place.recycles_current = true;
    place.retention_clock = &retention_clock_;
    return place;
  }
  NaivePlace naive(const WritePlace& place) const {
    return {place.pool,   place.media_type,    place.storage,         place.is_autochanger,
            place.prunes, place.purges_oldest, place.recycles_oldest, place.recycles_current,
            now(),        retention_now()};
  }

  std::optional<VolumeRow> choose(PoolId pool) {
    const WritePlace place = place_in(pool);
    const NaiveCatalog before = NaiveCatalog::of(*catalog_);
    const std::string unwanted = pick(8) == 0 ? some_volume(before) : "";
    const auto expected = testing_support::choose_naively(before, naive(place), unwanted);
    VolumeChoice choice(*catalog_, wall_, place, [](MessageType, std::string_view) {});
    std::optional<VolumeRow> found;
    compare(before, expected, [&] {
      found = choice.find_next(1, unwanted);
      return found ? found->name : "";
    });
    return found;
  }

  /// A Storage Daemon has one in its drive and asks for it.
  void name_volume() {
    const NaiveCatalog before = NaiveCatalog::of(*catalog_);
    const std::string name = some_volume(before);
    what = "name " + name;
    const WritePlace place = place_in(pools_[static_cast<std::size_t>(pick(2))]);
    VolumeChoice choice(*catalog_, wall_, place, [](MessageType, std::string_view) {});
    compare(before, testing_support::check_naively(before, naive(place), name), [&] {
      return std::holds_alternative<VolumeRow>(choice.check(name, VolumeUse::write)) ? name : "";
    });
  }

  std::string some_volume(const NaiveCatalog& all) {
    return all.volumes[static_cast<std::size_t>(pick(static_cast<int>(all.volumes.size())))].name;
  }

  /// Which volume, which jobs are gone, what became of all volumes; and the chains stay.
  void compare(const NaiveCatalog& before, const testing_support::NaiveChoice& expected,
               const std::function<std::string()>& act) {
    // Looking at everything takes its time: always where something goes, and now and then.
    const bool looks = !expected.removed.empty() || pick(5) == 0;
    const Chains chains = looks ? restorable_chains(before) : Chains();
    EXPECT_EQ(act(), expected.volume) << what;
    EXPECT_EQ(removed_since(before), expected.removed) << what;
    EXPECT_EQ(how_they_are(catalog_->volumes().list({})), how_they_are(expected.volumes)) << what;
    if (looks) expect_kept(chains, before);
  }

  /// A line each, so that a failure shows those that differ.
  static std::string how_they_are(const std::vector<VolumeRow>& volumes) {
    std::string lines;
    for (const VolumeRow& row : volumes)
      lines += fmt::format("{} {} in pool {}, recycle {}, then pool {}\n", row.name, row.status,
                           row.pool.value, row.recycle, row.recycle_pool.value);
    return lines;
  }

  void prune_after(const JobRow& job) {
    const NaiveCatalog before = NaiveCatalog::of(*catalog_);
    const std::int64_t limit = (retention_now() - job_retention).time_since_epoch().count();
    const auto expected = before.prunable(job.client, job.pool, limit);
    const bool looks = !expected.empty() || pick(3) == 0;
    const Chains chains = looks ? restorable_chains(before) : Chains();
    auto_prune(*catalog_,
               {.scope = {.client = job.client, .pool = job.pool},
                .periods = {.files = file_retention, .jobs = job_retention},
                .jobs = true,
                .files = true},
               {}, retention_now(), [](MessageType, std::string_view) {});
    EXPECT_EQ(removed_since(before), expected) << what;
    if (looks) expect_kept(chains, before);
  }

  /// Those that are no longer there.
  std::set<JobId> removed_since(const NaiveCatalog& before) {
    std::set<JobId> removed;
    for (const auto& job : before.jobs) removed.insert(job.row.id);
    catalog_->queries().query("SELECT JobId FROM Job", {}, [&](const catalog::ResultRow& row) {
      removed.erase(JobId(static_cast<std::uint32_t>(row.number(0))));
      return true;
    });
    return removed;
  }

  /// By the very code that chooses what a restore reads.
  Chains restorable_chains(const NaiveCatalog& all) {
    Chains chains;
    for (const ClientId client : clients_)
      for (const char* fileset : filesets) {
        std::vector<JobId> jobs;
        bool is_readable = true;
        for (const JobRow& row : current_jobs(
                 catalog_->jobs(), {.client = client, .fileset = fileset, .before = now() + 48 * hour})) {
          if (row.files == 0 && row.level != JobLevel::full) continue;
          jobs.push_back(row.id);
          is_readable = is_readable && all.find(row.id)->is_readable;
        }
        if (is_readable && !jobs.empty()) chains[{client, fileset}] = jobs;
      }
    return chains;
  }

  void expect_kept(const Chains& chains, const NaiveCatalog& before) {
    const NaiveCatalog after = NaiveCatalog::of(*catalog_);
    EXPECT_EQ(restorable_chains(after), chains) << what;
    for (const auto& [whose, jobs] : chains)
      for (const JobId id : jobs) {
        const auto* job = after.find(id);
        ASSERT_NE(job, nullptr) << "lost JobId " << id.value << " in " << what;
        EXPECT_EQ(job->row.files_purged, before.find(id)->row.files_purged) << id.value << " in " << what;
        EXPECT_EQ(job->volumes, before.find(id)->volumes) << id.value << " in " << what;
      }
    for (const JobRow& job : running_) EXPECT_NE(after.find(job.id), nullptr) << "a running job, in " << what;
  }

  std::mt19937 random_;
  std::unique_ptr<catalog::Catalog> catalog_;
  Habits habits_;
  StorageId storage_;
  PoolId scratch_;
  bool is_named_ = false;  ///< the scratch pool, by the others
  testing_support::ManualClock wall_;
  std::chrono::hours off_{0};
  RetentionClock retention_clock_{wall_};
  std::vector<PoolId> pools_;
  std::vector<ClientId> clients_;
  std::vector<JobRow> running_;
  int jobs_ = 0;
  int fileset_versions_ = 0;
};

void live(std::unique_ptr<catalog::Catalog> catalog, unsigned seed, int steps) {
  Site site(std::move(catalog), seed);
  for (int step = 0; step < steps; ++step) {
    site.step();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << ", step " << step << ": " << site.what;
  }
}

/// The first of five seeds.
class RetentionModel : public ::testing::TestWithParam<unsigned> {
  testing_support::TimeZone zone_{"UTC0"};
};

TEST_P(RetentionModel, HoldsThroughTwoThousandSteps) {
  for (unsigned seed = GetParam(); seed < GetParam() + 5 && !HasFailure(); ++seed)
    live(catalog::memory_catalog(), seed, 400);
}
INSTANTIATE_TEST_SUITE_P(Seeds, RetentionModel, ::testing::Values(1, 6, 11, 16, 21));

TEST(RetentionModelOnPostgres, HoldsThroughFourHundredSteps) {
  auto* server = catalog::PostgresServer::shared();
  if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  for (unsigned seed = 101; seed <= 104 && !::testing::Test::HasFailure(); ++seed)
    live(catalog::open_postgres_catalog(server->address(server->new_catalog())), seed, 100);
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
// Random histories of a small site: what is pruned and which volumes are taken, against a naive model; and whatever
// happens by itself, the newest restorable chain of every client and FileSet stays.
#include <gmock/gmock.h>

#include <random>

#include "jobs/restore_selection.h"
#include "jobs/retention.h"
#include "jobs/retention_clock.h"
#include "jobs/volume_choice.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/memory_catalog.h"
#include "testing/jobs/naive_retention.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using catalog::VolumeRow;
using testing_support::NaiveCatalog;

constexpr auto hour = std::chrono::hours(1);
constexpr std::int64_t day = 86'400;
constexpr int clients = 3;
constexpr const char* filesets[] = {"All", "Home"};
constexpr std::chrono::seconds job_retention{20 * day};
constexpr std::chrono::seconds file_retention{8 * day};

/// The jobs a restore of each client and FileSet would use, where all of them can be read; empty ones are not missed.
using Chains = std::map<std::pair<ClientId, std::string>, std::vector<JobId>>;

class Site {
 public:
  explicit Site(unsigned seed) : random_(seed) {
    for (const char* name : {"Daily", "Weekly"}) {
      catalog::PoolRow row;
      row.name = name;
      row.volume_retention = 10 * day;
      pools_.push_back(catalog_->pools().put(row));
      for (int i = 0; i < 6; ++i) add_volume(std::string(name) + std::to_string(i), pools_.back());
    }
    for (int i = 0; i < clients; ++i)
      clients_.push_back(catalog_->clients().get_or_create("client" + std::to_string(i)).id);
  }

  void step() {
    pass(std::chrono::minutes(pick(600)));
    switch (pick(12)) {
      case 0: return touch_volume();
      case 1: return set_clock();
      case 2: return end_running();
      default: return backup();
    }
  }

  std::string what;  ///< of the last step, for failure messages

 private:
  int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  Moment now() const { return std::chrono::floor<std::chrono::seconds>(wall_.now()); }
  Moment retention_now() const { return std::chrono::floor<std::chrono::seconds>(retention_clock_.now()); }
  void pass(std::chrono::microseconds time) {
    passed_ += time;
    wall_.advance(time);
    retention_clock_.now();
  }

  void add_volume(const std::string& name, PoolId pool) {
    VolumeRow row;
    row.name = name;
    row.pool = pool;
    row.media_type = "File";
    row.retention = 10 * day;
    catalog_->volumes().create(row);
  }

  /// Somebody takes a tape away, brings it back, or one breaks.
  void touch_volume() {
    auto rows = catalog_->volumes().list({});
    VolumeRow& row = rows[static_cast<std::size_t>(pick(static_cast<int>(rows.size())))];
    what = "touch " + row.name;
    if (pick(8) == 0 && row.status == "Append") row.status = "Used";
    row.enabled = row.enabled == 1 && pick(3) == 0 ? 0 : 1;
    row.recycle = pick(20) != 0;
    catalog_->volumes().update(row);
  }

  /// A day ahead or back; most times it is set right again.
  void set_clock() {
    what = "set clock";
    const std::chrono::hours by =
        off_ != std::chrono::hours(0) ? -off_ : std::chrono::hours(pick(2) == 0 ? 24 : -24);
    if (pick(4) != 0 && off_ == std::chrono::hours(0)) return;
    off_ += by;
    wall_.advance(by);
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
    volume.last_written = now();
    if (volume.first_written == Moment{}) volume.first_written = now();
    ++volume.jobs;
    volume.status = pick(4) == 0 ? "Full" : "Append";
    catalog_->volumes().update(volume);
  }

  std::optional<VolumeRow> choose(PoolId pool) {
    WritePlace place;
    place.pool = pool;
    place.media_type = "File";
    place.prunes = true;
    place.retention_clock = &retention_clock_;
    const NaiveCatalog before = NaiveCatalog::of(*catalog_);
    const auto expected = testing_support::choose_naively(before, pool, retention_now());
    // Looking at everything takes its time: always where something goes, and now and then.
    const bool looks = !expected.removed.empty() || pick(5) == 0;
    const Chains chains = looks ? restorable_chains(before) : Chains();
    VolumeChoice choice(*catalog_, wall_, place, [](MessageType, std::string_view) {});
    auto found = choice.find_next(1, "");
    EXPECT_EQ(found ? found->name : "", expected.volume) << what;
    EXPECT_EQ(removed_since(before), expected.removed) << what;
    if (looks) expect_kept(chains, before);
    return found;
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
    for (const JobRow& row : catalog_->jobs().list({})) removed.erase(row.id);
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
  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  testing_support::ManualClock wall_;
  std::chrono::microseconds passed_{};
  std::chrono::hours off_{0};
  RetentionClock retention_clock_{wall_, [this] { return passed_; }};
  std::vector<PoolId> pools_;
  std::vector<ClientId> clients_;
  std::vector<JobRow> running_;
  int jobs_ = 0;
  int fileset_versions_ = 0;
};

TEST(RetentionModel, TheNewestRestorableChainStaysThroughTenThousandSteps) {
  constexpr int steps_of_a_site = 500;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Site site(seed);
    for (int step = 0; step < steps_of_a_site; ++step) {
      site.step();
      ASSERT_FALSE(::testing::Test::HasFailure())
          << "seed " << seed << ", step " << step << ": " << site.what;
    }
  }
}

}  // namespace
}  // namespace holdfast::jobs

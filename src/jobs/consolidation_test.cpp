// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/consolidation.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "catalog/retention_catalog.h"
#include "jobs/job_chain.h"
#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Moment begin{std::chrono::seconds(1'700'000'000)};

/// Jobs on a list: what the chain is, is not the question here.
struct Listed {
  std::vector<JobRow> rows;
  ConsolidationQuestion question;

  explicit Listed(unsigned increments) {
    for (unsigned i = 0; i <= increments; ++i) add(i == 0 ? JobLevel::full : JobLevel::incremental, 5);
    question.job = "laptop";
    question.now = begin + days(increments + 1);
    question.job_retention = days(1);
    question.chain = [this](std::optional<Moment> before) {
      std::vector<JobRow> found;
      for (const JobRow& row : rows)
        if (!before || row.started < *before) found.push_back(row);
      return found;
    };
  }
  void add(JobLevel level, std::uint32_t files) {
    JobRow row;
    row.id = JobId(static_cast<std::uint32_t>(rows.size() + 1));
    row.level = level;
    row.started = begin + days(rows.size());
    row.job_tdate = row.started.time_since_epoch().count();
    row.files = files;
    rows.push_back(row);
  }
  std::vector<JobId> consolidated() { return decide_consolidation(question).jobs; }
};

std::vector<JobId> ids(std::initializer_list<std::uint32_t> numbers) {
  std::vector<JobId> jobs;
  for (const auto number : numbers) jobs.emplace_back(number);
  return jobs;
}

TEST(Consolidation, MakesOneOfWhatIsOldEnough) {
  Listed jobs(4);
  EXPECT_EQ(jobs.consolidated(), ids({1, 2, 3, 4}));
  jobs.question.job_retention = days(3);
  EXPECT_EQ(jobs.consolidated(), ids({1, 2}));
}

TEST(Consolidation, KeepsTheNumberOfIncrementals) {
  Listed jobs(5);
  jobs.question.keep_number = 3;
  EXPECT_EQ(jobs.consolidated(), ids({1, 2, 3}));
  jobs.question.keep_number = 5;
  EXPECT_THAT(jobs.consolidated(), IsEmpty());
}

TEST(Consolidation, NeedsTwoJobs) {
  Listed jobs(0);
  const auto decision = decide_consolidation(jobs.question);
  EXPECT_THAT(decision.jobs, IsEmpty());
  EXPECT_THAT(decision.log.back(), "laptop: less than two jobs to consolidate found, doing nothing.\n");
}

TEST(Consolidation, LeavesAYoungFullAsItIs) {
  Listed jobs(5);
  jobs.question.max_full_age = days(30);
  auto decision = decide_consolidation(jobs.question);
  EXPECT_EQ(decision.jobs, ids({2, 3, 4, 5}));
  EXPECT_FALSE(decision.has_full);
  jobs.question.max_full_age = days(2);
  decision = decide_consolidation(jobs.question);
  EXPECT_EQ(decision.jobs, ids({1, 2, 3, 4, 5}));
  EXPECT_TRUE(decision.has_full);
  jobs.question.max_full_consolidations = 1;
  jobs.question.fulls_consolidated = 1;
  EXPECT_EQ(jobs.consolidated(), ids({2, 3, 4, 5}));
}

TEST(Consolidation, PurgesWhatHoldsNothingButNeverTheFull) {
  Listed jobs(4);
  jobs.rows[0].files = jobs.rows[2].files = 0;
  const auto decision = decide_consolidation(jobs.question);
  EXPECT_EQ(decision.empty, ids({3}));
  EXPECT_EQ(decision.jobs, ids({1, 2, 4}));
  EXPECT_THAT(decision.log, ::testing::Contains("laptop: purging empty jobids 3\n"));
}

/// A client, what it had after each backup, and what the jobs that are left hold of it.
class Laptop {
 public:
  /// Version of each file; what is not there was deleted, or never was.
  using Tree = std::map<int, int>;
  /// What a job holds: versions, 0 for files that it says are deleted.
  using Saved = std::map<int, int>;

  explicit Laptop(unsigned seed) : numbers_(seed), catalog_(catalog::memory_catalog()) {
    retention_ = days(1 + number(8));
    keep_ = static_cast<std::uint32_t>(number(6));
    if (number(2) == 0) max_full_age_ = days(2 + number(20));
  }

  void live(int for_days) {
    for (int day = 0; day < for_days; ++day) {
      now_ += days(1);
      if (day > 0 && number(10) == 0) continue;  // switched off
      back_up(day == 0 ? JobLevel::full : JobLevel::incremental);
      if (number(3) == 0) consolidate();
      expect_promised_dates();
    }
  }
  int consolidations() const { return consolidations_; }

 private:
  int number(int below) { return static_cast<int>(numbers_() % static_cast<unsigned>(below)); }

  JobId store(JobLevel level, Moment started, Moment ended, Saved saved) {
    JobRow row;
    row.job = row.name = "laptop";
    row.level = level;
    row.client = ClientId(1);
    row.fileset = fileset_id();
    row.id = catalog_->jobs().create(row);
    row.status = JobStatus::terminated;
    row.started = started;
    row.ended = row.really_ended = ended;
    row.job_tdate = ended.time_since_epoch().count();
    row.files = static_cast<std::uint32_t>(saved.size());
    catalog_->jobs().finish(row);
    held_[row.id] = std::move(saved);
    return row.id;
  }

  FileSetId fileset_id() {
    catalog::FileSetRow set;
    set.name = "set";
    set.md5 = "md5";
    return catalog_->filesets().get_or_create(set, catalog::FileSetCatalog::Match::name_and_md5, begin).id;
  }

  void back_up(JobLevel level) {
    Saved saved;
    if (level == JobLevel::full)
      for (int file = 0; file < 5; ++file) saved[file] = tree_[file] = ++versions_;
    for (int changes = number(4); changes > 0; --changes) {
      const int file = number(10);
      if (number(3) != 0) {
        saved[file] = tree_[file] = ++versions_;
      } else if (tree_.erase(file) > 0) {
        saved[file] = 0;
      }
    }
    store(level, now_, now_ + std::chrono::hours(1), std::move(saved));
    dates_[now_] = tree_;
  }

  ChainQuestion chain_question() {
    ChainQuestion question;
    question.client = ClientId(1);
    question.fileset = fileset_id();
    question.fileset_name = "set";
    return question;
  }

  void consolidate() {
    ConsolidationQuestion question;
    question.job = "laptop";
    question.now = now_ + std::chrono::hours(2);
    question.job_retention = retention_;
    question.keep_number = keep_;
    question.max_full_age = max_full_age_;
    question.chain = [&](std::optional<Moment> before) {
      auto asked = chain_question();
      asked.before = before;
      return job_chain(catalog_->jobs(), asked);
    };
    const auto decision = decide_consolidation(question);
    catalog_->retention().purge_jobs(decision.empty);
    if (decision.jobs.empty()) return;
    const auto first = *catalog_->jobs().find(decision.jobs.front());
    const auto last = *catalog_->jobs().find(decision.jobs.back());
    Saved together;
    for (const JobId job : decision.jobs)
      for (const auto& [file, version] : held_[job]) together[file] = version;
    if (first.level == JobLevel::full)
      std::erase_if(together, [](const auto& file) { return file.second == 0; });
    store(first.level, last.started, last.ended, std::move(together));
    catalog_->retention().purge_jobs(decision.jobs);
    ++consolidations_;
  }

  /// What a restore to that date brings back.
  Tree restored(Moment date) {
    auto question = chain_question();
    question.before = date + std::chrono::seconds(1);
    Tree tree;
    for (const JobRow& job : job_chain(catalog_->jobs(), question))
      for (const auto& [file, version] : held_[job.id]) {
        if (version == 0)
          tree.erase(file);
        else
          tree[file] = version;
      }
    return tree;
  }

  /// Chapter 08 promises: so many Incrementals as are to be kept stay separate, and so does what is not older than the
  /// retention time; everything before becomes one.
  void expect_promised_dates() {
    std::size_t from_the_end = 0;
    for (auto date = dates_.rbegin(); date != dates_.rend(); ++date, ++from_the_end) {
      const bool is_promised = from_the_end <= keep_ || date->first >= now_ - retention_;
      if (!is_promised) continue;
      EXPECT_EQ(restored(date->first), date->second) << from_the_end << " backups ago";
    }
  }

  std::mt19937 numbers_;
  std::unique_ptr<catalog::Catalog> catalog_;
  Moment now_ = begin;
  std::chrono::seconds retention_{};
  std::uint32_t keep_ = 0;
  std::chrono::seconds max_full_age_{};
  int versions_ = 0;
  int consolidations_ = 0;
  Tree tree_;
  std::map<Moment, Tree> dates_;  ///< the naive list: what there was at each backup
  std::map<JobId, Saved> held_;
};

TEST(Consolidation, KeepsEveryDateThatIsPromised) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Laptop laptop(seed);
    laptop.live(60);
    EXPECT_GT(laptop.consolidations(), 0);
    if (::testing::Test::HasFailure()) break;
  }
}

}  // namespace
}  // namespace holdfast::jobs

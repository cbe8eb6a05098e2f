// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/duplicates.h"

#include <gmock/gmock.h>

namespace holdfast::jobs {
namespace {

class Duplicates : public ::testing::Test {
 protected:
  Duplicates() {
    resource_.name = other_.name = "nightly";
    resource_.allow_duplicate_jobs = false;
  }

  KnownJob job(std::uint32_t id, JobLevel level, JobStatus status = JobStatus::running) const {
    return {JobId(id), &resource_, JobType::backup, level, status};
  }
  /// "-": nothing; "new" or "old": who goes.
  std::string decide(const KnownJob& newer, const KnownJob& existing) const {
    const auto decision = find_duplicate(newer, {&existing, 1});
    if (!decision) return "-";
    text_ = decision->text;
    return decision->cancel == DuplicateDecision::Cancel::newer ? "new" : "old";
  }

  config::Job resource_, other_;
  mutable std::string text_;
};

TEST_F(Duplicates, AreAllowedUnlessTheJobSaysOtherwise) {
  resource_.allow_duplicate_jobs = true;
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::full)), "-");
}

TEST_F(Duplicates, TheNewerOneGoes) {
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::full)), "new");
  EXPECT_EQ(text_, "JobId 1 already running. Duplicate job not allowed.\n");
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::incremental, JobStatus::created)), "new");
}

TEST_F(Duplicates, OtherJobsAreNone) {
  auto different = job(1, JobLevel::full);
  different.resource = &other_;
  other_.name = "other";
  EXPECT_EQ(decide(job(2, JobLevel::full), different), "-");
}

TEST_F(Duplicates, AreNotCheckedForJobsSoMarked) {
  auto marked = job(1, JobLevel::full);
  marked.ignores_duplicates = true;
  EXPECT_EQ(decide(job(2, JobLevel::full), marked), "-");
  EXPECT_EQ(decide(marked, job(2, JobLevel::full)), "-");
}

TEST_F(Duplicates, TheLowerLevelGoes) {
  resource_.cancel_lower_level_duplicates = true;
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::incremental)), "old");
  EXPECT_EQ(text_, "Cancelling duplicate JobId=1.\n");
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::differential)), "old");
  EXPECT_EQ(decide(job(2, JobLevel::differential), job(1, JobLevel::incremental)), "old");
  EXPECT_EQ(decide(job(2, JobLevel::differential), job(1, JobLevel::full)), "new");
  EXPECT_EQ(decide(job(2, JobLevel::incremental), job(1, JobLevel::differential)), "new");
  EXPECT_EQ(decide(job(2, JobLevel::incremental), job(1, JobLevel::incremental)), "new");
}

TEST_F(Duplicates, QueuedOnesGo) {
  resource_.cancel_queued_duplicates = true;
  for (const char letter : std::string("Cjcspdt"))
    EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::full, static_cast<JobStatus>(letter))), "old")
        << letter;
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::full)), "new");
}

TEST_F(Duplicates, RunningOnesGo) {
  resource_.cancel_running_duplicates = true;
  EXPECT_EQ(decide(job(2, JobLevel::full), job(1, JobLevel::full)), "old");
}

TEST_F(Duplicates, OnlyTheFirstIsLookedAt) {
  resource_.cancel_queued_duplicates = true;
  const KnownJob known[] = {job(1, JobLevel::full), job(2, JobLevel::full, JobStatus::created)};
  EXPECT_EQ(find_duplicate(job(3, JobLevel::full), known)->existing, JobId(1));
}

TEST_F(Duplicates, TwoConsolidationsOfTheSameClientNeverRunTogether) {
  resource_.allow_duplicate_jobs = true;
  resource_.always_incremental = other_.always_incremental = true;
  other_.name = "other";
  auto running = job(1, JobLevel::virtual_full);
  running.resource = &other_;
  auto newer = job(2, JobLevel::virtual_full);
  running.client = newer.client = "a-fd";
  running.fileset = newer.fileset = "All";
  EXPECT_EQ(decide(newer, running), "new");
  EXPECT_EQ(text_,
            "JobId 1 already running. Duplicate consolidation job of Client \"a-fd\" and FileSet \"All\" not "
            "allowed.\n");
  newer.fileset = "Some";
  EXPECT_EQ(decide(newer, running), "-");
}

}  // namespace
}  // namespace holdfast::jobs

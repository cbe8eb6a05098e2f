// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/holds.h"

#include <gmock/gmock.h>

#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::BackupRow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Backups of one client and FileSet, a day apart, as letters: 'f' is a Full that cannot be read.
std::vector<BackupRow> history(std::string_view letters) {
  std::vector<BackupRow> rows;
  for (const char letter : letters) {
    BackupRow row;
    row.job = JobId(static_cast<std::uint32_t>(rows.size() + 1));
    row.client = ClientId(1);
    row.client_name = "web1";
    row.fileset_name = "All";
    row.pool = PoolId(1);
    row.is_readable = letter >= 'A' && letter <= 'Z';
    row.level = static_cast<JobLevel>(row.is_readable ? letter : letter - 32);
    row.job_tdate = static_cast<std::int64_t>(rows.size()) * 86'400;
    row.files = 5;
    rows.push_back(row);
  }
  return rows;
}

std::vector<std::uint32_t> held(std::span<const BackupRow> rows, const HoldRules& rules = {}) {
  std::vector<std::uint32_t> jobs;
  for (const auto& [job, hold] : chain_holds(rows, rules)) jobs.push_back(job.value);
  return jobs;
}

std::vector<std::uint32_t> held(std::string_view letters) { return held(history(letters)); }

TEST(Holds, TheNewestFullAndWhatFollowsIt) {
  EXPECT_THAT(held(""), IsEmpty());
  EXPECT_THAT(held("F"), ElementsAre(1));
  EXPECT_THAT(held("FIIFII"), ElementsAre(4, 5, 6));
}

TEST(Holds, ADifferentialReplacesWhatLiesBetweenItAndTheFull) {
  EXPECT_THAT(held("FIIDII"), ElementsAre(1, 4, 5, 6));
  EXPECT_THAT(held("FDIDI"), ElementsAre(1, 4, 5));
}

TEST(Holds, AFullThatCannotBeReadDoesNotReplaceAnOlderOne) {
  EXPECT_THAT(held("FIfI"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(held("FIdI"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(held("FIFf"), ElementsAre(3, 4));
}

TEST(Holds, ADifferentialBehindAFullThatCannotBeReadDoesNotCompleteAnOlderOne) {
  EXPECT_THAT(held("FIfD"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(held("FIDfDI"), ElementsAre(1, 3, 4, 5, 6));
}

TEST(Holds, WithoutAReadableFullNothingIsGivenUp) { EXPECT_THAT(held("IfD"), ElementsAre(1, 2, 3)); }

TEST(Holds, EmptyIncrementalsAreNotNeededButAnEmptyDifferentialIs) {
  auto rows = history("FIDI");
  rows[1].files = rows[2].files = rows[3].files = 0;
  EXPECT_THAT(held(rows), ElementsAre(1, 3));
}

TEST(Holds, AreComputedForEachClientAndFileSetByItself) {
  auto rows = history("FIFI");
  rows[2].fileset_name = rows[3].fileset_name = "Home";
  EXPECT_THAT(held(rows), ElementsAre(1, 2, 3, 4));
  rows[2].fileset_name = rows[3].fileset_name = "All";
  rows[2].fileset = FileSetId(7);  // the FileSet was changed: still the same one for a restore
  EXPECT_THAT(held(rows), ElementsAre(3, 4));
}

TEST(Holds, JobsOfAPoolThatMayLoseThemCountForNothing) {
  auto rows = history("FIFI");
  rows[2].pool = rows[3].pool = PoolId(9);
  EXPECT_THAT(held(rows, {{PoolId(9)}}), ElementsAre(1, 2));
}

TEST(Holds, AClockThatWasSetBackLosesNeitherOfTheTwoChains) {
  auto rows = history("FIF");
  // The last Full ran when the clock had been set back: by its time it comes first.
  std::rotate(rows.begin(), rows.begin() + 2, rows.end());
  rows[0].job_tdate = -1000;
  EXPECT_THAT(held(rows), ElementsAre(1, 2, 3));
}

TEST(Holds, SayWhy) {
  const auto rows = history("FIf");
  const auto holds = chain_holds(rows, {});
  EXPECT_EQ(reason_text(holds.at(JobId(1))),
            "the newest restorable Full of client \"web1\", FileSet \"All\"");
  EXPECT_EQ(reason_text(holds.at(JobId(2))),
            "needed with Full JobId 1 to restore client \"web1\", FileSet \"All\"");
  EXPECT_EQ(holds.at(JobId(3)).reason, HoldReason::newer_unreadable);
}

}  // namespace
}  // namespace holdfast::jobs

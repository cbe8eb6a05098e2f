// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/job_words.h"

#include <gmock/gmock.h>

#include <set>

#include "base/local_time.h"

namespace holdfast {
namespace {

TEST(JobWords, SpellLevelsForConfigurationsAndForPeople) {
  EXPECT_EQ(level_keyword(JobLevel::virtual_full), "VirtualFull");
  EXPECT_EQ(level_text(JobLevel::virtual_full), "Virtual Full");
  EXPECT_EQ(level_keyword(JobLevel::verify_init), "InitCatalog");
  EXPECT_EQ(level_text(JobLevel::verify_init), "Verify Init Catalog");
}

TEST(JobWords, LeaveToThePlaceWhatStandsForNoLevel) {
  EXPECT_EQ(level_keyword(JobLevel::none), "");
  EXPECT_EQ(level_keyword(JobLevel::none, "None"), "None");
  EXPECT_EQ(level_text(JobLevel::none, " "), " ");
}

TEST(JobWords, KnowEveryTypeByItsLetter) {
  EXPECT_EQ(type_text(JobType::consolidate), "Consolidate");
  EXPECT_EQ(type_text(JobType::copy_of_job), "Job Copy");
  EXPECT_EQ(type_text(JobType::internal), "System or Console");
  EXPECT_EQ(type_text(static_cast<JobType>('?')), "Unknown Type");
}

TEST(JobWords, TellAStatusInReportsScriptsAndTables) {
  EXPECT_EQ(report_text(JobStatus::fatal), "Fatal Error");
  EXPECT_EQ(report_text(JobStatus::differences), "Verify differences");
  EXPECT_EQ(status_text(JobStatus::differences), "Differences");
  EXPECT_EQ(terminated_text(JobStatus::differences), "Diffs");
  EXPECT_EQ(terminated_text(JobStatus::fatal), "Error");
}

TEST(JobWords, AreDefinedForAStatusNobodyKnows) {
  const auto unknown = static_cast<JobStatus>('?');
  EXPECT_EQ(report_text(unknown), "");
  EXPECT_EQ(status_text(unknown), "Unknown term code");
  EXPECT_EQ(terminated_text(unknown), "Other");
  EXPECT_EQ(status_text(JobStatus::running), "Unknown term code");
}

TEST(JobNames, LoseTheirTimeAndCounter) {
  EXPECT_EQ(job_name_of("my.job.2026-11-22_21.51.04_03"), "my.job");
  EXPECT_EQ(job_name_of("mini"), "mini");
}

TEST(JobCodes, AreReplacedOnlyWhereTheyAreKnown) {
  const auto value_of = [](char code) -> std::optional<std::string> {
    if (code == 'j') return "mini";
    return std::nullopt;
  };
  EXPECT_EQ(expand_codes("%j-%j %q 100%", value_of), "mini-mini %q 100%");
}

TEST(LocalTime, IsWrittenInTheFormAsked) {
  const Time moment = from_unix_seconds(1'795'384'266);
  EXPECT_EQ(local_time(moment, "%s"), "1795384266");
  EXPECT_EQ(short_time(moment), local_time(moment, "%d-%b-%y %H:%M"));
}

}  // namespace
}  // namespace holdfast

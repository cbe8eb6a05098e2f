// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/restore_selection.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "testing/catalog/memory_catalog.h"

namespace holdfast::jobs {
namespace {

using catalog::JobRow;
using catalog::Moment;
using ::testing::ElementsAre;

std::string text_of(const RestoreSelection& selection, JobId job) {
  std::string text;
  for (const auto& range : selection.ranges(job))
    text += (text.empty() ? "" : " ") + std::to_string(range.first) + "-" + std::to_string(range.last);
  return text;
}

TEST(RestoreSelection, JoinsIndexesToRangesInWhateverOrderTheyCome) {
  RestoreSelection selection;
  for (const std::uint32_t index : {5U, 1U, 2U, 9U, 4U, 3U, 2U, 0U, 8U}) selection.add(JobId(1), index);
  EXPECT_EQ(text_of(selection, JobId(1)), "1-5 8-9");
  EXPECT_EQ(selection.files(), 7U);
}

TEST(RestoreSelection, TakesAFileWithThePartsItBuildsOnAndCountsThoseThatLackSome) {
  RestoreSelection selection;
  const std::array<catalog::FilePart, 2> parts{{{JobId(2), 7}, {JobId(1), 5}}};
  catalog::FileRow file;
  file.job = JobId(3);
  file.file_index = 4;
  file.delta = 2;
  file.parts = parts;
  selection.add(file);
  EXPECT_EQ(
      text_of(selection, JobId(1)) + " " + text_of(selection, JobId(2)) + " " + text_of(selection, JobId(3)),
      "5-5 7-7 4-4");
  EXPECT_EQ(selection.files_lacking_parts(), 0U);
  file.delta = 3;
  selection.add(file);
  RestoreSelection all;
  all.add(selection);
  EXPECT_EQ(all.files_lacking_parts(), 1U);
}

TEST(RestoreSelection, GivesItsJobsInTheOrderThatIsWanted) {
  RestoreSelection selection;
  for (const std::uint32_t job : {3U, 9U, 1U, 2U}) selection.add(JobId(job), 1);
  selection.order_by({JobId(1), JobId(2), JobId(3), JobId(4)});
  EXPECT_THAT(selection.jobs(), ElementsAre(JobId(9), JobId(1), JobId(2), JobId(3)));
}

TEST(RestoreSelection, AgreesWithASetForRandomIndexes) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  RestoreSelection selection;
  std::set<std::uint32_t> model;
  for (int i = 0; i < 300; ++i) {
    const auto index = static_cast<std::uint32_t>(random() % 200 + 1);
    selection.add(JobId(1), index);
    model.insert(index);
  }
  std::set<std::uint32_t> found;
  std::uint32_t before = 0;
  for (const auto& range : selection.ranges(JobId(1))) {
    EXPECT_TRUE(before == 0 || range.first > before + 1) << "seed " << seed;
    for (std::uint32_t index = range.first; index <= range.last; ++index) found.insert(index);
    before = range.last;
  }
  EXPECT_EQ(found, model) << "seed " << seed;
  EXPECT_EQ(selection.files(), model.size()) << "seed " << seed;
}

class Plan : public ::testing::Test {
 protected:
  JobId job(JobLevel level, int start, VolumeSession session = {1, 1795384262}) {
    JobRow row;
    row.job = "j" + std::to_string(start);
    row.name = "mini";
    row.level = level;
    row.client = ClientId(1);
    row.fileset = fileset_;
    row.id = catalog_->jobs().create(row);
    row.started = Moment(std::chrono::seconds(1'795'000'000 + start));
    row.job_tdate = row.started.time_since_epoch().count();
    row.status = JobStatus::terminated;
    row.session = session;
    catalog_->jobs().finish(row);
    return row.id;
  }
  MediaId volume(const std::string& name) {
    catalog::VolumeRow row;
    row.name = name;
    row.media_type = "File";
    return catalog_->volumes().create(row);
  }
  void piece(JobId job, MediaId volume, std::uint32_t first, std::uint32_t last, std::uint32_t start,
             std::uint32_t end) {
    catalog_->volumes().add_piece({.job = job,
                                   .volume = volume,
                                   .first_index = first,
                                   .last_index = last,
                                   .start_block = start,
                                   .end_block = end});
  }
  RestorePlan plan(const RestoreSelection& selection) {
    return plan_restore(catalog_->volumes(), selection, [](const catalog::PieceRow&) {
      return RestoreStorage{"File", "FileStorage"};
    });
  }

  std::unique_ptr<catalog::Catalog> catalog_ = catalog::memory_catalog();
  FileSetId fileset_ =
      catalog_->filesets()
          .get_or_create({.name = "Mini", .md5 = "x"}, catalog::FileSetCatalog::Match::name_and_md5,
                         Moment(std::chrono::seconds(1)))
          .id;
};

TEST_F(Plan, WritesTheBootstrapThatWasRecorded) {
  const JobId full = job(JobLevel::full, 1);
  const MediaId first = volume("Full-0001");
  catalog_->volumes().add_piece({.job = full, .volume = first});  // a placeholder
  piece(full, first, 1, 10, 184, 405860);
  RestoreSelection selection;
  for (std::uint32_t index = 1; index <= 10; ++index) selection.add(full, index);
  const RestorePlan result = plan(selection);
  EXPECT_EQ(
      format::to_text(result.bootstrap),
      "Storage=\"File\"\nVolume=\"Full-0001\"\nMediaType=\"File\"\nDevice=\"FileStorage\"\nVolSessionId=1\n"
      "VolSessionTime=1795384262\nVolAddr=184-405860\nFileIndex=1-10\nCount=10\n");
  EXPECT_EQ(result.files, 10U);
  ASSERT_THAT(result.volumes, ::testing::SizeIs(1));
  EXPECT_EQ(result.volumes[0].volume, "Full-0001");
}

TEST_F(Plan, ClipsIndexesToThePiecesAndLeavesOutPiecesWithoutAny) {
  const JobId full = job(JobLevel::full, 1);
  const MediaId first = volume("A");
  const MediaId second = volume("B");
  const MediaId third = volume("C");
  piece(full, first, 1, 5, 184, 1000);
  piece(full, second, 5, 9, 184, 2000);
  piece(full, third, 9, 12, 184, 3000);
  RestoreSelection selection;
  for (const std::uint32_t index : {5U, 7U, 8U}) selection.add(full, index);
  const RestorePlan result = plan(selection);
  ASSERT_THAT(result.bootstrap.sections, ::testing::SizeIs(2));
  EXPECT_THAT(result.bootstrap.sections[0].file_indexes, ElementsAre(format::Range<std::uint32_t>{5, 5}));
  EXPECT_THAT(result.bootstrap.sections[1].file_indexes,
              ElementsAre(format::Range<std::uint32_t>{5, 5}, format::Range<std::uint32_t>{7, 8}));
  EXPECT_EQ(result.bootstrap.sections[1].count, 3U);
}

TEST_F(Plan, SaysWhichJobsNoVolumeHolds) {
  const JobId lost = job(JobLevel::full, 1);
  RestoreSelection selection;
  selection.add(lost, 1);
  EXPECT_THAT(plan(selection).jobs_without_pieces, ElementsAre(lost));
}

TEST_F(Plan, OfTwoJobsThatEndedInTheSameSecondTheLaterOneIsBehindTheOther) {
  job(JobLevel::incremental, 1);
  const JobId full = job(JobLevel::full, 1);
  const JobId increment = job(JobLevel::incremental, 1);
  std::vector<JobId> found;
  for (const JobRow& row : current_jobs(catalog_->jobs(), {.client = ClientId(1), .fileset = "Mini"}))
    found.push_back(row.id);
  EXPECT_THAT(found, ElementsAre(full, increment));
}

TEST_F(Plan, TheCurrentJobsAreTheLastFullItsDifferentialAndTheIncrementalsBehindThat) {
  job(JobLevel::full, 1);
  job(JobLevel::incremental, 2);
  const JobId full = job(JobLevel::full, 3);
  job(JobLevel::incremental, 4);
  job(JobLevel::differential, 5);
  const JobId differential = job(JobLevel::differential, 6);
  const JobId one = job(JobLevel::incremental, 7);
  const JobId two = job(JobLevel::incremental, 8);
  const auto ids = [&](CurrentJobsQuery query) {
    std::vector<JobId> found;
    for (const JobRow& row : current_jobs(catalog_->jobs(), query)) found.push_back(row.id);
    return found;
  };
  EXPECT_THAT(ids({.client = ClientId(1), .fileset = "Mini"}), ElementsAre(full, differential, one, two));
  EXPECT_THAT(
      ids({.client = ClientId(1), .fileset = "Mini", .before = Moment(std::chrono::seconds(1'795'000'005))}),
      ElementsAre(full, JobId(4)));
  EXPECT_THAT(ids({.client = ClientId(2), .fileset = "Mini"}), ElementsAre());
  EXPECT_THAT(ids({.client = ClientId(1), .fileset = "Other"}), ElementsAre());
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
// Our Director in the place of the recorded one: the recorded File Daemon and Storage Daemon say what they said, ours
// must say the same to them, and write the same into catalog and log.
#include <gmock/gmock.h>

#include "base/text.h"
#include "testing/base/golden.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/job_replay.h"

namespace holdfast::director {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using namespace testing_support;

void erase_lines(std::vector<std::string>& lines, std::string_view with) {
  std::erase_if(lines, [&](const std::string& line) { return line.find(with) != std::string::npos; });
}

/// Where we say something else on purpose.
std::vector<std::string> expected_log(const RecordedJob& recorded) {
  auto lines = recorded_log(recorded.recording);
  if (recorded.job == std::string_view("verifydisk")) {
    // The client had told of this file; a newer backup than the verified one had it too, and only that was marked.
    erase_lines(lines, "not on disk");
    erase_lines(lines, "mini/text.txt");
    for (auto& line : lines) line = replace_all(line, "Verify Differences", "Verify OK");
  }
  // A protocol is probed silently.
  erase_lines(lines, "Probing client protocol");
  for (auto& line : lines) line = replace_all(line, "   Handshake", " Handshake");
  return lines;
}

/// The recordings played one after the other.
struct Played {
  explicit Played(Lab::Database database) : lab(recorded_job_resources(), database) {
    for (const RecordedJob& recorded : recorded_jobs()) jobs.push_back(replay(recorded, lab));
  }

  Lab lab;
  std::vector<ReplayedJob> jobs;
};

/// Played once on each database for all tests.
class ReplayedDirector : public catalog::OnBothDatabases {
 protected:
  static void TearDownTestSuite() { all_played_.clear(); }
  void SetUp() override {
    catalog::OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
    auto& played = all_played_[GetParam()];
    if (!played) played = std::make_unique<Played>(GetParam());
    lab_ = &played->lab;
    played_ = played->jobs;
  }

  static inline std::map<Lab::Database, std::unique_ptr<Played>> all_played_;
  Lab* lab_ = nullptr;
  std::vector<ReplayedJob> played_;
};
INSTANTIATE_TEST_SUITE_P(Databases, ReplayedDirector, catalog::both_databases(), catalog::name_of_database);

TEST_P(ReplayedDirector, SaysWhatTheRecordedOneSaid) {
  for (std::size_t i = 0; i < played_.size(); ++i)
    EXPECT_THAT(played_[i].differences, IsEmpty()) << recorded_jobs()[i].recording;
}

TEST_P(ReplayedDirector, LogsWhatTheRecordedOneLogged) {
  for (std::size_t i = 0; i < played_.size(); ++i) {
    const RecordedJob& recorded = recorded_jobs()[i];
    // The console of the tree browser asked for no messages.
    if (recorded.is_estimate || recorded_log(recorded.recording).empty()) continue;
    auto differences = log_differences(expected_log(recorded), comparable_log(lab_->log(played_[i].id)));
    if (was_cut_off(recorded.recording)) erase_lines(differences, "not said: lab-sd ");
    EXPECT_THAT(differences, IsEmpty()) << recorded.recording;
  }
}

TEST_P(ReplayedDirector, LeavesWhatTheRecordedOneLeftInTheCatalog) {
  const auto catalog = lab_->open_catalog();
  const auto full = catalog->jobs().find(JobId(1)).value();
  EXPECT_EQ(full.files, 10U);
  EXPECT_EQ(full.bytes, 404035U);
  EXPECT_EQ(catalog->files().count(JobId(1)), 10U);
  EXPECT_EQ(catalog->volumes().find("Full-0001")->bytes, 2140048U);
  const auto files_of = [&](std::uint32_t job) {
    std::vector<std::string> files;
    catalog->files().list(JobId(job), [&](const catalog::FileRow& file) {
      files.push_back(fmt::format("{}{} {} {}", file.path, file.name, file.file_index, file.digest));
      return true;
    });
    return files;
  };
  EXPECT_THAT(files_of(1), Contains("/srv/demo/mini/text.txt 1 AUUwOVBBDgebeW0bo6MKQA"));
  EXPECT_THAT(files_of(9), Contains("/srv/demo/mini/empty 0 0"));  // deleted
  EXPECT_THAT(files_of(13), Contains("/srv/demo/mini/text.txt 1 bIuUcjeou1FSlpegl8GFTw"));
}

TEST_P(ReplayedDirector, MarksTheFilesThatItVerified) {
  const auto catalog = lab_->open_catalog();
  std::vector<std::string> marked;
  catalog->queries().query(
      "SELECT JobId, MarkId, Name FROM File WHERE MarkId <> 0 ORDER BY FileId", {}, [&](const auto& row) {
        marked.push_back(fmt::format("{} of {} by {}", row.text(2), row.text(0), row.text(1)));
        return true;
      });
  EXPECT_THAT(marked, Contains("sparse.bin of 11 by 14"));
  EXPECT_THAT(marked, Contains("text.txt of 5 by 14"));
}

TEST(ReplayedDirectors, RunAnAdminJobAsTheRecordedOne) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  Lab lab(recorded_job_resources());
  const auto row = lab.run(lab.request("admin"));
  EXPECT_EQ(row.status, JobStatus::terminated);
  EXPECT_EQ(row.level, JobLevel::none);
  auto recorded = recorded_log("admin-job");
  for (auto& line : recorded) line = replace_all(line, " 16", " 1");
  EXPECT_THAT(log_differences(recorded, comparable_log(lab.log(row.id))), IsEmpty());
}

TEST(ReplayedDirectors, ReportAJobThatWasCancelledBeforeItRanAsTheRecordedOne) {
  if (!golden("transcripts")) GTEST_SKIP() << "no golden recordings";
  Lab lab(recorded_job_resources());
  // The client told its version in earlier jobs.
  const auto catalog = lab.open_catalog();
  auto client = catalog->clients().get_or_create("lab-fd");
  client.uname = "25.1.0 (03Aug26) Debian GNU/Linux 12 (bookworm),debian";
  catalog->clients().update(client);
  auto request = lab.request("slow");
  request.when = unix_seconds(lab.clock.now()) + 3600;
  const JobId job = lab.director().run(request);
  lab.director().cancel(job, [](std::string_view) {});
  EXPECT_EQ(lab.wait(job).status, JobStatus::cancelled);
  auto recorded = recorded_log("cancel-running-job");
  for (auto& line : recorded) line = replace_all(line, " 37", " 1");
  auto ours = comparable_log(lab.log(job));
  // The recorded one had been told no time.
  std::erase_if(ours, [](const std::string& line) { return line.find("scheduled start time") != line.npos; });
  EXPECT_THAT(log_differences(recorded, ours), IsEmpty());
}

}  // namespace
}  // namespace holdfast::director

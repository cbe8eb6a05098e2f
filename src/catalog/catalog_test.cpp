// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "catalog/schema.h"
#include "catalog/sql_catalog.h"
#include "catalog/sqlite.h"
#include "testing/catalog/conformance.h"
#include "testing/catalog/memory_catalog.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::catalog {

INSTANTIATE_TEST_SUITE_P(SqliteInMemory, CatalogConformance, ::testing::Values(memory_catalog));
INSTANTIATE_TEST_SUITE_P(SqliteInMemory, RetentionConformance, ::testing::Values(memory_catalog));
INSTANTIATE_TEST_SUITE_P(SqliteInMemory, CopyConformance, ::testing::Values(memory_catalog));

namespace {

TEST(Moments, AreLocalTimeAndReadBack) {
  const Moment moment(std::chrono::seconds(1'795'384'266));
  EXPECT_EQ(parse_moment(to_text(moment)), moment);
  for (const char* wrong : {"", "2026-11-22", "2026-11-22T21:51:06", "2026-11-22 21:51:0x", "x"})
    EXPECT_FALSE(parse_moment(wrong)) << wrong;
}

TEST(SqliteCatalog, SessionsSeeWhatOthersCommitted) {
  const TemporaryCatalog files;
  const auto writer = files.open();
  const auto reader = files.open();
  JobRow row;
  row.job = row.name = "j";
  const JobId job = writer->jobs().create(row);
  EXPECT_TRUE(reader->jobs().find(job));
}

// Base files are written by the peer only, so far.
TEST(SqliteCatalog, FilesTakenOverFromABaseJobAreCurrentUnlessTheJobHasThemItself) {
  const TemporaryCatalog files;
  const auto catalog = files.open();
  connect_sqlite(files.file())
      ->execute(
          "INSERT INTO Path (PathId, Path) VALUES (1, '/etc/');"
          "INSERT INTO Job (JobId, Job, Name, Type, Level, JobStatus, JobTDate) VALUES "
          "(1, 'base', 'j', 'B', 'B', 'T', 10), (2, 'full', 'j', 'B', 'F', 'T', 20);"
          "INSERT INTO File (FileId, FileIndex, JobId, PathId, LStat, MD5, Name) VALUES "
          "(1, 1, 1, 1, '', '', 'taken over'), (2, 2, 1, 1, '', '', 'changed'), (3, 3, 1, 1, '', '', 'not "
          "taken'),"
          "(4, 1, 2, 1, '', '', 'changed');"
          "INSERT INTO BaseFiles (BaseJobId, JobId, FileId, FileIndex) VALUES (1, 2, 1, 1), (1, 2, 2, 2)");
  const std::array jobs{JobId(2)};
  std::vector<std::string> found;
  catalog->files().list_current(jobs, [&](const FileRow& file) {
    found.push_back(fmt::format("{} of {}", file.name, file.job.value));
    return true;
  });
  EXPECT_THAT(found, ::testing::ElementsAre("taken over of 1", "changed of 2"));
  EXPECT_EQ(catalog->files().count_current(jobs), 2U);
}

TEST(SqliteCatalog, RefusesAnotherSchemaVersionOlderOrNewer) {
  for (const char* version : {"2240", "2260"}) {
    const TemporaryCatalog files;
    files.open();
    connect_sqlite(files.file())->execute(std::string("UPDATE Version SET VersionId = ") + version);
    EXPECT_THROW(files.open(), Error);
  }
}

TEST(SqliteCatalog, SaysWhatIsWrongWithAFileThatIsNoDatabase) {
  const TemporaryCatalog files;
  std::ofstream(files.file()) << "this is not a database, but long enough to be looked at as one\n";
  try {
    files.open();
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    EXPECT_THAT(error.message(), ::testing::HasSubstr(files.file().string()));
  }
}

TEST(SqliteCatalog, SaysThatAFolderDoesNotExist) {
  EXPECT_THROW(open_sqlite_catalog("/nowhere/at/all/catalog.db"), Error);
}

// The child writes jobs and files as fast as it can, and reports over a pipe what was committed; it is killed
// at some moment, and everything reported must be there.
TEST(SqliteCatalog, WhatWasCommittedSurvivesAKilledProcess) {
  for (int round = 0; round < 5; ++round) {
    const TemporaryCatalog files;
    files.open();
    int reports[2];
    ASSERT_EQ(pipe(reports), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto catalog = files.open();
      JobRow row;
      row.job = row.name = "j";
      row.id = catalog->jobs().create(row);
      for (std::uint32_t count = 1;; ++count) {
        const std::string name = std::to_string(count);
        const NewFile file{.file_index = count, .path = "/", .name = name, .stat = "A", .digest = "0"};
        catalog->files().add(row.id, {&file, 1});
        if (write(reports[1], &count, sizeof count) != sizeof count) _exit(1);
      }
    }
    close(reports[1]);
    std::uint32_t committed = 0;
    const auto enough = static_cast<std::uint32_t>(20 + 37 * round);
    while (committed < enough && read(reports[0], &committed, sizeof committed) == sizeof committed) continue;
    kill(child, SIGKILL);
    while (read(reports[0], &committed, sizeof committed) == sizeof committed) continue;
    waitpid(child, nullptr, 0);
    close(reports[0]);
    const auto catalog = files.open();
    EXPECT_GE(catalog->files().count(JobId(1)), committed);
    EXPECT_THAT(catalog->jobs().fail_interrupted(Moment(std::chrono::seconds(1))), ::testing::SizeIs(1));
    EXPECT_EQ(catalog->files().count(JobId(1)), 0U);
  }
}

TEST(SqliteCatalog, TwoWritersWaitForEachOther) {
  const TemporaryCatalog files;
  files.open();
  const auto write_jobs = [&] {
    const auto catalog = files.open();
    JobRow row;
    row.job = row.name = "j";
    for (int i = 0; i < 50; ++i) catalog->jobs().create(row);
  };
  {
    std::jthread one(write_jobs);
    std::jthread other(write_jobs);
  }
  EXPECT_THAT(files.open()->jobs().list({}), ::testing::SizeIs(100));
}

}  // namespace
}  // namespace holdfast::catalog

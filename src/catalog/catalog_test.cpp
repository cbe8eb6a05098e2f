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
#include "testing/catalog/faulty_connection.h"
#include "testing/catalog/memory_catalog.h"
#include "testing/catalog/postgres_server.h"
#include "testing/catalog/temporary_catalog.h"

namespace holdfast::catalog {

namespace {

std::unique_ptr<Catalog> postgres_catalog() {
  PostgresServer* server = PostgresServer::shared();
  return server == nullptr ? nullptr : open_postgres_catalog(server->address(server->new_catalog()));
}

/// The double without a fault.
std::unique_ptr<Catalog> faultless_catalog() {
  return make_faulty_catalog(connect_sqlite(":memory:"), std::make_shared<FaultCountdown>(1'000'000));
}

const auto databases = ::testing::Values(memory_catalog, postgres_catalog, faultless_catalog);

std::string name_of(const ::testing::TestParamInfo<CatalogFactory>& parameter) {
  return std::array{"SqliteInMemory", "Postgres", "FaultyDouble"}.at(parameter.index);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(All, CatalogConformance, databases, name_of);
INSTANTIATE_TEST_SUITE_P(All, RetentionConformance, databases, name_of);
INSTANTIATE_TEST_SUITE_P(All, TreeConformance, databases, name_of);
INSTANTIATE_TEST_SUITE_P(All, CopyConformance, databases, name_of);

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

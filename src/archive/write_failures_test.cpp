// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/write_failures.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <cerrno>

#include "archive/restore_engine.h"
#include "base/error.h"
#include "testing/archive/made_archive.h"

namespace holdfast::archive {
namespace {

using format::FileType;
using testing::HasSubstr;
using testing::Not;
using tree::MemoryTree;

constexpr int files = 400;

/// Feeds a restore as a job does, which ends it when it throws.
struct Restored {
  Restored(const MadeArchive& archive, MemoryTree& tree, unsigned workers) {
    RestoreOptions options;
    options.workers = workers;
    Restore restore(tree, options, report);
    try {
      for (const auto& record : archive.records().records()) {
        ++fed;
        restore.record({{}, record.file_index, number(record.stream)}, record.payload);
      }
    } catch (const Error& error) {
      failure = error.message();
    }
    totals = restore.finish();
  }

  ReportList report;
  RestoreTotals totals;
  std::string failure;
  std::size_t fed = 0;
};

MadeArchive many_files() {
  MadeArchive archive;
  archive.add(FileType::directory, "/d/", 0040700);
  for (int i = 0; i < files; ++i) archive.file(fmt::format("/d/{}", i), std::string(100'000, 'x'));
  return archive;
}

class FullDisk : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Workers, FullDisk, testing::Values(1U, 3U));

TEST_P(FullDisk, EndsTheRestoreAfterSomeFilesAllOfThemNamed) {
  MemoryTree tree;
  tree.room = 1'000'000;
  const auto archive = many_files();
  const Restored result(archive, tree, GetParam());
  EXPECT_THAT(result.failure, HasSubstr("25 files in a row could not be written (No space left on device)"));
  EXPECT_LT(result.fed, archive.records().records().size());
  EXPECT_GE(result.totals.errors, WriteFailures::most_in_a_row);
  // Two messages for each file, and what succeeded just before may be noticed late.
  EXPECT_LT(result.totals.errors, 4 * WriteFailures::most_in_a_row);
  // Whatever was begun and is not whole was named; directories are completed.
  const auto text = result.report.text();
  for (int i = 0; i < files; ++i) {
    const auto path = fmt::format("/d/{}", i);
    const auto* node = tree.find(path);
    if (node == nullptr || node->content.size() == 100'000) continue;
    EXPECT_THAT(text, HasSubstr("Write error on " + path + ":"));
  }
  EXPECT_EQ(tree.find("/d")->stat.mode, 0040700U);
}

// One lane gives up while the record of a directory that another one needed waits in a third.
TEST(WriteFailures, LeaveNoDirectoryWithoutItsPermissions) {
  MemoryTree tree;
  ReportList report;
  const RestorePlan plan({});
  NewObjects new_objects;
  RestoreEngine engine(tree.another(), plan, new_objects, report);
  MadeArchive archive;
  archive.file("/d/file", "data");
  archive.add(FileType::directory, "/d/", 0040700);
  archive.add(FileType::directory, "/e/", 0040700);
  for (const auto& record : archive.records().records()) {
    if (record.file_index == 2)
      for (unsigned i = 0; i < WriteFailures::most_in_a_row; ++i)
        new_objects.failures.failed(std::make_error_code(std::errc::no_space_on_device));
    engine.record({{}, record.file_index, number(record.stream)}, record.payload);
  }
  engine.finish_object();
  engine.finish();
  EXPECT_EQ(tree.find("/d")->stat.mode, 0040700U);
  EXPECT_EQ(tree.find("/e"), nullptr);
}

TEST(WriteFailures, BetweenFilesThatSucceedDoNotEndARestore) {
  MemoryTree tree;
  tree.room = 3'000;
  MadeArchive archive;
  for (int i = 0; i < 60; ++i) {
    archive.file(fmt::format("/large-{}", i), std::string(100'000, 'x'));
    archive.file(fmt::format("/small-{}", i), "small");
  }
  const Restored result(archive, tree, 1);
  EXPECT_EQ(result.failure, "");
  for (int i = 0; i < 60; ++i)
    EXPECT_THAT(result.report.text(), HasSubstr(fmt::format("Write error on /large-{}:", i)));
  EXPECT_EQ(content(tree, "/small-59"), "small");
}

TEST(WriteFailures, OfASingleFileSayNothingOfOthers) {
  WriteFailures failures;
  for (int i = 0; i < 100; ++i) failures.failed(std::make_error_code(std::errc::permission_denied));
  EXPECT_FALSE(failures.is_hopeless());
  for (int i = 0; i < 25; ++i) failures.failed(std::error_code(EDQUOT, std::generic_category()));
  EXPECT_TRUE(failures.is_hopeless());
  failures.succeeded();
  EXPECT_THROW(failures.check(), Error);
}

}  // namespace
}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/backup.h"
#include "archive/estimate.h"
#include "format/attributes.h"
#include "selection/accurate_changes.h"
#include "selection/known_files_in_memory.h"
#include "testing/archive/saved_jobs.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/faulty_source.h"
#include "testing/tree/memory_tree.h"

namespace holdfast::archive {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using tree::FaultySource;
using tree::MemoryTree;
using tree::SourceCall;

selection::FileSet fileset(const std::string& letters, const std::vector<std::string>& paths = {"/d"}) {
  return selection::made_fileset(letters, paths);
}

/// A Full of a tree, and an accurate Incremental behind it.
class AccurateBackup : public testing::Test {
 protected:
  AccurateBackup() {
    for (const auto* path : {"/d/a", "/d/b", "/d/sub/c", "/d/sub/e"}) tree.put(path, path);
  }

  void full(const std::string& letters) { save(JobLevel::full, letters, tree); }
  /// What the incremental saved and found deleted: "/d/a", "-/d/b".
  std::vector<std::string> incremental(const std::string& letters) { return incremental(letters, tree); }
  std::vector<std::string> incremental(const std::string& letters, tree::FileSource& source) {
    selection::KnownFilesInMemory known;
    jobs.list_for(JobLevel::incremental, known);
    return save(JobLevel::incremental, letters, source, &known);
  }

  std::vector<std::string> save(JobLevel level, const std::string& letters, tree::FileSource& source,
                                selection::KnownFiles* known = nullptr) {
    BackupOptions options;
    options.files = fileset(letters, paths);
    options.known = known;
    RecordList records;
    report = {};
    totals = Backup(source, options, records, report).run({});
    std::vector<std::string> names;
    for (const auto& record : records.records()) {
      if (!format::is_attributes(record.stream)) continue;
      const auto file = format::parse_attributes(record.payload);
      names.push_back((file->type == format::FileType::deleted ? "-" : "") + std::string(file->name));
    }
    last = records;
    jobs.add(level, std::move(records));
    return names;
  }

  tree::FileStat& stat(const char* path) { return tree.find(path)->stat; }
  void remove(const std::string& path) {
    const auto slash = path.rfind('/');
    tree.find(path.substr(0, slash))->children.erase(path.substr(slash + 1));
  }

  MemoryTree tree;
  SavedJobs jobs;
  RecordList last;
  ReportList report;
  BackupTotals totals;
  std::vector<std::string> paths{"/d"};
};

TEST_F(AccurateBackup, SavesNothingWhereNothingChanged) {
  full("M");
  EXPECT_THAT(incremental("M"), IsEmpty());
  EXPECT_EQ(totals.examined, 7U - 1U);
  EXPECT_EQ(totals.read_bytes, 0U);
}

struct Letter {
  char letter;
  void (*change)(tree::FileStat& stat);
  const char* blind;  ///< letters that do not see it
};
const std::vector<Letter> letters{
    {'i', [](tree::FileStat& stat) { stat.inode += 1000; }, "pnugsamcd"},
    {'p', [](tree::FileStat& stat) { stat.mode ^= 0022; }, "inugsamcd"},
    {'n', [](tree::FileStat& stat) { ++stat.links; }, "ipugsamcd"},
    {'u', [](tree::FileStat& stat) { ++stat.uid; }, "ipngsamcd"},
    {'g', [](tree::FileStat& stat) { ++stat.gid; }, "ipnusamcd"},
    {'s', [](tree::FileStat& stat) { ++stat.size; }, "ipnugamcd"},
    {'d', [](tree::FileStat& stat) { --stat.size; }, "ipnugamc"},
    {'a', [](tree::FileStat& stat) { ++stat.access.seconds; }, "ipnugsmcd"},
    {'m', [](tree::FileStat& stat) { --stat.modification.seconds; }, "ipnugsacd"},
    {'c', [](tree::FileStat& stat) { --stat.change.seconds; }, "ipnugsamd"},
    {'A', [](tree::FileStat&) {}, "ipnugsamcd"},
};

TEST(AccurateLetters, EachSeesItsOwnChangeAndNoOther) {
  tree::FileStat then;
  then.mode = 0100644;
  then.inode = 7;
  then.size = 100;
  then.change = then.modification = then.access = {1000, 0};
  selection::KnownFile known;
  known.stat.mode = then.mode;
  known.stat.inode = then.inode;
  known.stat.size = then.size;
  known.stat.access_time = known.stat.modification_time = known.stat.change_time = 1000;
  for (const auto& letter : letters) {
    auto now = then;
    letter.change(now);
    selection::FileOptions options;
    options.accurate_letters = std::string(1, letter.letter);
    EXPECT_TRUE(selection::differs(options, now, known)) << letter.letter;
    options.accurate_letters = letter.blind;
    EXPECT_FALSE(selection::differs(options, now, known)) << letter.letter;
  }
}

TEST(AccurateLetters, AnotherTypeOfFileIsAlwaysAnotherFile) {
  tree::FileStat now;
  now.mode = 0120644;
  selection::KnownFile known;
  known.stat.mode = 0100644;
  selection::FileOptions options;
  options.accurate_letters = "s";
  EXPECT_TRUE(selection::differs(options, now, known));
}

TEST_F(AccurateBackup, SavesWhatCameWithOldTimes) {
  full("");
  tree.put("/d/sub/moved-here", "x");
  stat("/d/sub/moved-here").modification = stat("/d/sub/moved-here").change = {1, 0};
  stat("/d/a").modification = {1, 0};  // touch -d, by somebody who also turned the clock back
  EXPECT_THAT(incremental(""), UnorderedElementsAre("/d/a", "/d/sub/moved-here"));
}

TEST_F(AccurateBackup, SavesWhatWasRenamedAndRecordsTheOldNames) {
  full("");
  auto& children = tree.find("/d")->children;
  children["new"] = children["sub"];
  children.erase("sub");
  EXPECT_THAT(incremental(""),
              UnorderedElementsAre("/d/new/c", "/d/new/e", "/d/new/", "-/d/sub/", "-/d/sub/c", "-/d/sub/e"));
  EXPECT_EQ(totals.files, 6U);
  EXPECT_THAT(incremental(""), IsEmpty());
}

TEST_F(AccurateBackup, RecordsADirectoryThatBecameAFile) {
  full("");
  remove("/d/sub");
  tree.put("/d/sub", "a file");
  EXPECT_THAT(incremental(""), UnorderedElementsAre("/d/sub", "-/d/sub/", "-/d/sub/c", "-/d/sub/e"));
}

TEST_F(AccurateBackup, ADeletedFileLooksAsTheChapterSays) {
  tree.put("/d/gone", "13 characters");
  stat("/d/gone").modification = {1'700'000'000 - 1, 0};
  stat("/d/gone").change = {1'700'000'001, 0};
  full("s");
  remove("/d/gone");
  EXPECT_THAT(incremental("s"), UnorderedElementsAre("-/d/gone"));
  constexpr char expected[] =
      "1 23 /d/gone\0A A A A A A A A A A A BlU/D/ BlU/EB A A G\0\0\0"
      "0";
  EXPECT_EQ(as_text(last.records().front().payload), std::string_view(expected, sizeof expected));
}

TEST_F(AccurateBackup, RecordsAsDeletedWhatIsExcludedNow) {
  full("");
  stat("/d/b").size = 100;
  EXPECT_THAT(incremental("Cm:z<10:"), UnorderedElementsAre("-/d/b"));
}

TEST_F(AccurateBackup, FindsFilesByTheirStoredNames) {
  full("P1:");
  EXPECT_THAT(incremental("P1:"), IsEmpty());
  remove("/d/a");
  EXPECT_THAT(incremental("P1:"), UnorderedElementsAre("-/a"));
}

std::error_code denied() { return std::make_error_code(std::errc::permission_denied); }

TEST_F(AccurateBackup, WhatCannotBeReadWasNotDeleted) {
  full("");
  ++stat("/d/a").size;
  FaultySource faulty(tree, [](SourceCall call, const std::string& path) {
    return call == SourceCall::open_file && path == "/d/a" ? denied() : std::error_code();
  });
  EXPECT_THAT(incremental("", faulty), IsEmpty());
  EXPECT_EQ(totals.errors, 1U);
}

TEST_F(AccurateBackup, WhatLiesWhereNobodyCouldLookWasNotDeleted) {
  full("");
  remove("/d/b");
  for (const auto& [failing, where] :
       {std::pair(SourceCall::open_directory, "/d/sub"), std::pair(SourceCall::stat, "/d/sub"),
        std::pair(SourceCall::next, "/d/sub")}) {
    const auto call_that_fails = failing;
    const std::string path_that_fails = where;
    FaultySource faulty(tree, [&](SourceCall call, const std::string& path) {
      return call == call_that_fails && path == path_that_fails ? denied() : std::error_code();
    });
    selection::KnownFilesInMemory known;
    jobs.list_for(JobLevel::differential, known);
    EXPECT_THAT(save(JobLevel::incremental, "", faulty, &known), UnorderedElementsAre("-/d/b"));
    EXPECT_EQ(totals.errors, 1U);
    EXPECT_THAT(report.text(), HasSubstr("files saved before lie where nobody could look"));
  }
}

TEST_F(AccurateBackup, AFileOfTheFileSetThatIsNotThereWasNotDeleted) {
  paths = {"/d/a", "/d/sub"};
  full("");
  remove("/d/sub");
  remove("/d/a");
  EXPECT_THAT(incremental(""), IsEmpty());
  EXPECT_EQ(totals.errors, 2U);
}

TEST_F(AccurateBackup, AFileThatVanishesWhileItIsLookedForIsGone) {
  full("");
  FaultySource faulty(tree, [](SourceCall call, const std::string& path) {
    return call == SourceCall::stat && path == "/d/a"
               ? std::make_error_code(std::errc::no_such_file_or_directory)
               : std::error_code();
  });
  EXPECT_THAT(incremental("", faulty), UnorderedElementsAre("-/d/a"));
}

TEST_F(AccurateBackup, WhatLiesOnADiskThatIsNotMountedWasNotDeleted) {
  for (const auto* path : {"/d/sub", "/d/sub/c", "/d/sub/e"}) stat(path).device = 2;
  full("f");
  remove("/d/sub");
  ASSERT_TRUE(tree.make_directory("/d/sub", 0755));
  for (int night = 0; night < 2; ++night) {
    EXPECT_THAT(incremental("f"), IsEmpty());
    EXPECT_EQ(totals.errors, 1U);
    EXPECT_THAT(report.text(),
                HasSubstr("\"/d/sub\" was a mount point when it was saved and is an empty directory"));
  }
}

TEST_F(AccurateBackup, ADirectoryThatWasEmptiedIsNoMountPointThatIsMissing) {
  full("f");
  // After a start all devices have other numbers.
  for (const auto* path : {"/", "/d", "/d/a", "/d/b", "/d/sub"}) stat(path).device = 9;
  tree.find("/d/sub")->children.clear();
  EXPECT_THAT(incremental("f"), UnorderedElementsAre("-/d/sub/c", "-/d/sub/e"));
}

TEST_F(AccurateBackup, ComparesContentsOnlyWhereNothingElseDiffers) {
  for (const auto* signature : {"M", "S2", "S4"}) {
    jobs = {};
    const std::string option = std::string(signature) + "Csm5:";
    full(option);
    EXPECT_THAT(incremental(option), IsEmpty());
    EXPECT_EQ(totals.read_bytes, 4U + 4U + 8U + 8U);
    tree.find("/d/a")->content[0] ^= std::byte{1};
    EXPECT_THAT(incremental(option), UnorderedElementsAre("/d/a"));
    EXPECT_THAT(incremental(option), IsEmpty());
  }
}

TEST_F(AccurateBackup, ComparesContentsByDigestsOfTheSameKindOnly) {
  full("MCs5:");
  EXPECT_THAT(incremental("Cs5:"), IsEmpty()) << "no signature: nothing to compare";
  EXPECT_EQ(totals.read_bytes, 0U);
  EXPECT_THAT(incremental("S4Cs1:"), UnorderedElementsAre("/d/a", "/d/b", "/d/sub/c", "/d/sub/e"));
  EXPECT_THAT(incremental("S4Cs1:"), IsEmpty());
}

TEST_F(AccurateBackup, ComparesContentsOfLargeFilesAndOfSparseOnes) {
  std::string content(5'000'000, '\0');
  content[4'000'000] = 'x';
  tree.put("/d/large", content);
  tree.put("/d/zeros", std::string(262'136, '\0'));
  for (const auto* option : {"MCs5:", "S4sZ6Cs5:", "Mf sZf4Cs5:"}) {
    jobs = {};
    full(option);
    EXPECT_THAT(incremental(option), IsEmpty()) << option;
    EXPECT_GE(totals.read_bytes, content.size());
    tree.find("/d/large")->content.back() ^= std::byte{1};
    EXPECT_THAT(incremental(option), UnorderedElementsAre("/d/large")) << option;
    const auto index = last.index_of("/d/large");
    EXPECT_EQ(index, 1) << option;
  }
}

TEST_F(AccurateBackup, ComparesContentsOfFurtherNames) {
  ASSERT_TRUE(tree.make_hard_link("/d/a", "/d/also-a"));
  full("MCs5:");
  EXPECT_THAT(incremental("MCs5:"), IsEmpty());
  tree.find("/d/a")->content[0] ^= std::byte{1};
  EXPECT_THAT(incremental("MCs5:"), UnorderedElementsAre("/d/a", "/d/also-a"));
}

TEST_F(AccurateBackup, SavesALargeNewNameWholeWhereTheKnownOneIsLeftOut) {
  tree.put("/d/large", std::string(5'000'000, 'x'));
  full("MCs5:");
  ASSERT_TRUE(tree.make_hard_link("/d/large", "/d/large-too"));
  EXPECT_THAT(incremental("MCs5:"), UnorderedElementsAre("/d/large-too"));
  EXPECT_EQ(last.stream(1, format::StreamId::file_data).size(), 5'000'000U);
  EXPECT_THAT(incremental("MCs5:"), IsEmpty());
  tree.find("/d/large")->content.back() ^= std::byte{1};
  EXPECT_THAT(incremental("MCs5:"), UnorderedElementsAre("/d/large", "/d/large-too"));
}

TEST_F(AccurateBackup, AFurtherNameDoesNotOutliveTheNameItWasStoredAsALinkTo) {
  ASSERT_TRUE(tree.make_hard_link("/d/a", "/d/also-a"));
  full("Cs:");
  remove("/d/a");
  stat("/d/also-a").links = 1;
  EXPECT_THAT(incremental("Cs:"), UnorderedElementsAre("/d/also-a", "-/d/a"));
}

TEST_F(AccurateBackup, AnEstimateCountsWhatABackupWouldSave) {
  full("MCs5:");
  ++stat("/d/a").size;
  selection::KnownFilesInMemory known;
  jobs.list_for(JobLevel::incremental, known);
  selection::AccurateChanges changes(known);
  EXPECT_EQ(estimate(tree, fileset("MCs5:"), changes, report, {}, {}).files, 1U);
}

TEST_F(AccurateBackup, AStoppedBackupRecordsNothingAsDeleted) {
  full("");
  selection::KnownFilesInMemory known;
  jobs.list_for(JobLevel::incremental, known);
  BackupOptions options;
  options.files = fileset("");
  options.known = &known;
  std::stop_source stop;
  stop.request_stop();
  RecordList records;
  EXPECT_ANY_THROW(Backup(tree, options, records, report).run(stop.get_token()));
  EXPECT_THAT(records.records(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::archive

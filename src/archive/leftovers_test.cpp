// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/leftovers.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/error.h"
#include "selection/fileset_reader.h"
#include "selection/known_files_in_memory.h"
#include "testing/archive/record_list.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/faulty_source.h"
#include "testing/tree/memory_tree.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"

namespace holdfast::archive {
namespace {

using testing::HasSubstr;
using tree::MemoryTree;

/// All paths below "/d", which itself is one.
std::set<std::string> paths_of(MemoryTree& tree) {
  std::set<std::string> all;
  const std::function<void(const std::string&, const MemoryTree::Node&)> collect = [&](const auto& path,
                                                                                       const auto& node) {
    all.insert(path);
    for (const auto& [name, child] : node.children) collect(path + "/" + name, *child);
  };
  if (const auto* top = tree.find("/d")) collect("/d", *top);
  return all;
}

struct Leftovers : testing::Test {
  MemoryTree tree;
  selection::KnownFilesInMemory restored;
  ReportList report;
  Erase erase;

  void in_backup(const std::vector<std::string>& paths) {
    for (const auto& path : paths) restored.add(path, {});
  }
  DeletedLeftovers remove(tree::FileSource& source, selection::FileSet files) {
    return delete_leftovers(source, std::move(files), restored, erase, report, {});
  }
  DeletedLeftovers remove(selection::FileSet files = selection::made_fileset("", {"/d"})) {
    return remove(tree, std::move(files));
  }
};

TEST_F(Leftovers, AreDeletedWithTheDirectoriesThatAreEmptyThen) {
  for (const auto* path : {"/d/kept", "/d/new", "/d/sub/new", "/d/sub/deeper/new", "/outside"})
    tree.put(path, "x");
  (void)tree.make_symlink("/outside", "/d/link");
  in_backup({"/d", "/d/kept"});
  const auto totals = remove();
  EXPECT_EQ(paths_of(tree), (std::set<std::string>{"/d", "/d/kept"}));
  EXPECT_NE(tree.find("/outside"), nullptr);
  EXPECT_EQ(totals.files, 4U);
  EXPECT_EQ(totals.directories, 2U);
  EXPECT_THAT(report.text(), HasSubstr("Deleted: /d/sub/deeper/new"));
  EXPECT_THAT(report.text(),
              HasSubstr("Not in the backup: 4 files and 2 directories were deleted, 0 could not be"));
}

TEST_F(Leftovers, AreJustWhatTheFileSetWouldSaveAndTheBackupLacks) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    MemoryTree world;
    selection::KnownFilesInMemory known;
    std::set<std::string> expected{"/d"};
    known.add("/d", {});
    std::string path;
    for (int i = 0; i < 40; ++i) {
      path = "/d";
      for (unsigned depth = random() % 4; depth > 0; --depth) path += "/" + std::to_string(random() % 3);
      world.put(path + "/" + (random() % 4 == 0 ? "x.tmp" : "f" + std::to_string(random() % 5)), "x");
    }
    std::set<std::string> saved;
    for (const auto& each : paths_of(world)) {
      if (each.ends_with(".tmp")) continue;
      if (random() % 2 == 0) saved.insert(each);
    }
    for (const auto& each : saved) known.add(each, {});
    for (const auto& each : paths_of(world)) {
      if (!saved.contains(each) && !each.ends_with(".tmp")) continue;
      for (std::string kept = each; kept != "/d" && !kept.empty(); kept.resize(kept.rfind('/')))
        expected.insert(kept);
    }
    selection::FileSetReader reader;
    for (const auto* line : {"I", "O e", "W *.tmp", "N", "O ", "N", "F /d", "N"}) reader.line(line);
    // The file system has one file at least, or none of it counts as saved.
    if (std::none_of(saved.begin(), saved.end(), [&](const auto& each) { return each != "/d"; })) continue;
    delete_leftovers(world, reader.finish(), known, {}, report, {});
    EXPECT_EQ(paths_of(world), expected);
  }
}

TEST_F(Leftovers, StayWhereTheBackupHasNothingOfAnEntry) {
  tree.put("/d/new", "x");
  tree.put("/later/file", "x");
  in_backup({"/d"});
  tree.put("/d/kept", "x");
  in_backup({"/d/kept"});
  const auto totals = remove(selection::made_fileset("", {"/d", "/later/"}));
  EXPECT_EQ(totals.files, 1U);
  EXPECT_NE(tree.find("/later/file"), nullptr);
  EXPECT_THAT(report.text(),
              HasSubstr("The backup has no \"/later\" of the FileSet; nothing is deleted there"));
}

TEST_F(Leftovers, StayWhereAnotherFileSystemIsMountedOfWhichTheBackupHasNothing) {
  for (const auto* path : {"/d/kept", "/d/new", "/d/usb/precious"}) tree.put(path, "x");
  tree.find("/d/usb")->stat.device = 7;
  tree.find("/d/usb/precious")->stat.device = 7;
  in_backup({"/d", "/d/kept", "/d/usb"});
  const auto totals = remove(selection::made_fileset("f", {"/d"}));
  EXPECT_EQ(totals.files, 1U);
  EXPECT_NE(tree.find("/d/usb/precious"), nullptr);
}

TEST_F(Leftovers, StayWhereOtherFilesOfTheSameFileSystemAreMounted) {
  for (const auto* path : {"/d/kept", "/d/new", "/d/bound/restored", "/d/bound/live", "/d/bound/sub/live"})
    tree.put(path, "x");
  for (const auto* path : {"/d/bound", "/d/bound/sub"}) tree.find(path)->mount = 7;
  in_backup({"/d", "/d/kept", "/d/bound", "/d/bound/restored"});
  EXPECT_EQ(remove().files, 1U);
  EXPECT_NE(tree.find("/d/bound/live"), nullptr);
  EXPECT_NE(tree.find("/d/bound/sub/live"), nullptr);
  EXPECT_THAT(report.text(), HasSubstr("Nothing is deleted below /d/bound:"));
}

TEST_F(Leftovers, StayWhereNobodyTellsMountsApart) {
  for (const auto* path : {"/d/kept", "/d/new"}) tree.put(path, "x");
  tree.tells_mounts = false;
  in_backup({"/d", "/d/kept"});
  EXPECT_EQ(remove().files, 0U);
  EXPECT_NE(tree.find("/d/new"), nullptr);
}

TEST_F(Leftovers, StayWhereFilesHaveOtherNamesThanTheyWereRestoredBy) {
  for (const auto* path : {"/d/kept", "/d/a/file", "/elsewhere/file"}) tree.put(path, "x");
  in_backup({"/d", "/d/kept", "/elsewhere/file"});
  const auto totals = remove();
  EXPECT_EQ(totals.files, 0U);
  EXPECT_NE(tree.find("/d/a/file"), nullptr);
  EXPECT_THAT(report.text(), HasSubstr("Nothing was deleted: the FileSet does not lead to"));
  EXPECT_THAT(report.text(), HasSubstr("/elsewhere/file"));
}

TEST_F(Leftovers, AreDeletedThoughARestoredFileVanishedSince) {
  for (const auto* path : {"/d/kept", "/d/new"}) tree.put(path, "x");
  in_backup({"/d", "/d/kept", "/d/gone"});
  EXPECT_EQ(remove().files, 1U);
}

TEST_F(Leftovers, ThatCannotBeReadOrDeletedAreTold) {
  for (const auto* path : {"/d/kept", "/d/sub/new"}) tree.put(path, "x");
  in_backup({"/d", "/d/kept"});
  tree::FaultySource source(tree, [](tree::SourceCall call, const std::string& path) {
    const bool fails = call == tree::SourceCall::remove && path == "/d/sub/new";
    return fails ? std::make_error_code(std::errc::read_only_file_system) : std::error_code();
  });
  const auto totals = remove(source, selection::made_fileset("", {"/d"}));
  EXPECT_EQ(totals.failed, 1U);
  EXPECT_THAT(report.text(), HasSubstr("Could not delete /d/sub/new, which is not in the backup"));
}

TEST_F(Leftovers, AreErasedUnlessTheirContentIsInUseByAnotherName) {
  for (const auto* path : {"/d/kept", "/d/alone", "/d/one"}) tree.put(path, "x");
  (void)tree.make_hard_link("/d/one", "/other");
  in_backup({"/d", "/d/kept"});
  std::vector<std::string> erased;
  erase = [&](const std::string& path) {
    erased.push_back(path);
    return std::nullopt;
  };
  EXPECT_EQ(remove().files, 2U);
  EXPECT_EQ(erased, std::vector<std::string>{"/d/alone"});
}

TEST_F(Leftovers, StayWhereErasingFails) {
  for (const auto* path : {"/d/kept", "/d/new"}) tree.put(path, "x");
  in_backup({"/d", "/d/kept"});
  erase = [](const std::string&) { return "it is broken"; };
  EXPECT_EQ(remove().failed, 1U);
  EXPECT_NE(tree.find("/d/new"), nullptr);
}

TEST_F(Leftovers, AreNotDeletedWhenCancelled) {
  for (const auto* path : {"/d/kept", "/d/new"}) tree.put(path, "x");
  in_backup({"/d", "/d/kept"});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(
      delete_leftovers(tree, selection::made_fileset("", {"/d"}), restored, erase, report, stop.get_token()),
      Error);
  EXPECT_NE(tree.find("/d/new"), nullptr);
}

/// Somebody exchanges a directory for a symlink to what he would like to see deleted, just when it was found.
TEST(LeftoversOfAHostileUser, LeadNowhereElse) {
  namespace fs = std::filesystem;
  const tree::TemporaryDirectory folder;
  const std::string top = folder.path() + "/d", outside = folder.path() + "/outside";
  fs::create_directories(top + "/trap");
  fs::create_directories(outside);
  for (const auto& path : {top + "/kept", top + "/trap/file", outside + "/file"}) std::ofstream(path) << "x";
  selection::KnownFilesInMemory restored;
  restored.add(top, {});
  restored.add(top + "/kept", {});
  tree::PosixSource posix;
  bool is_sprung = false;
  tree::FaultySource source(posix, [&](tree::SourceCall call, const std::string& path) {
    if (call == tree::SourceCall::remove && path == top + "/trap/file" && !is_sprung) {
      is_sprung = true;
      fs::rename(top + "/trap", folder.path() + "/moved");
      fs::create_symlink(outside, top + "/trap");
    }
    return std::error_code();
  });
  ReportList report;
  delete_leftovers(source, selection::made_fileset("", {top}), restored, {}, report, {});
  EXPECT_TRUE(is_sprung);
  EXPECT_TRUE(fs::exists(outside + "/file"));
  EXPECT_TRUE(fs::exists(top + "/kept"));
}

}  // namespace
}  // namespace holdfast::archive

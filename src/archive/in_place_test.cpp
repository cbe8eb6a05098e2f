// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "archive/in_place_file.h"
#include "base/endian.h"
#include "format/xattr_stream.h"
#include "testing/archive/made_archive.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::archive {
namespace {

using format::FileType;
using format::StreamId;
using testing::HasSubstr;
using tree::MemoryTree;

RestoreOptions in_place() {
  RestoreOptions options;
  options.existing = RestoreOptions::Existing::changed_in_place;
  options.workers = 1;
  return options;
}

TEST(InPlace, OnlyBlocksThatDifferAreWritten) {
  MemoryTree tree;
  std::string content(300'000, 'a');
  tree.put("/file", content);
  const auto inode = tree.find("/file")->stat.inode;
  content[70'000] = 'b';
  content.resize(250'000);
  MadeArchive archive;
  archive.file("/file", content);
  const Result result(archive, tree, in_place());
  EXPECT_EQ(archive::content(tree, "/file"), content);
  EXPECT_EQ(tree.find("/file")->stat.inode, inode);
  EXPECT_EQ(result.totals.in_place, 1U);
  EXPECT_EQ(result.totals.unchanged_bytes, 250'000U - 65'536);
  EXPECT_THAT(result.report.text(),
              HasSubstr("In place: 1 files were changed where they lay; 184464 of 250000 bytes"));
}

TEST(InPlace, WhatTheBackupDoesNotHaveGoesAway) {
  MemoryTree tree;
  tree.put("/sparse", std::string(100'000, 'x'));
  tree.find("/sparse")->attributes.push_back({"user.old", {}});
  MadeArchive archive;
  archive.add(FileType::regular, "/sparse", 0100644, 90'000, "", StreamId::sparse_data);
  Buffer record(8 + 10, std::byte{'y'});
  store(record.data(), std::uint64_t{50'000});
  archive.put(StreamId::sparse_data, record);
  const Result result(archive, tree, in_place());
  EXPECT_EQ(content(tree, "/sparse"),
            std::string(50'000, '\0') + std::string(10, 'y') + std::string(90'000 - 50'010, '\0'));
  EXPECT_TRUE(tree.find("/sparse")->attributes.empty());
  EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
}

TEST(InPlace, CapabilitiesStayWhereTheFileGetsShorter) {
  const tree::TemporaryDirectory folder;
  const std::string path = folder.path() + "/program";
  std::ofstream(path) << std::string(20'000, 'x');
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  // cap_net_bind_service, permitted and effective.
  Buffer capability(20);
  store(capability.data(), std::uint32_t{0x02000001}, std::endian::little);
  store(capability.data() + 4, std::uint32_t{1} << 10, std::endian::little);
  tree::PosixTarget target;
  const auto probe = target.open_existing(path);
  if (!probe || !(*probe)->set_attribute("security.capability", capability))
    GTEST_SKIP() << "no right to set capabilities";
  Buffer xattrs;
  format::append_xattr(xattrs, {"security.capability", capability});
  MadeArchive archive;
  archive.add(FileType::regular, path, 0100755, 10);
  archive.put(StreamId::file_data, as_bytes(std::string_view("0123456789")));
  archive.put(StreamId::xattr_linux, xattrs);
  const Result result(archive, target, in_place());
  EXPECT_EQ(result.totals.in_place, 1U) << result.report.text();
  EXPECT_EQ(std::filesystem::file_size(path), 10U);
  const auto attributes = tree::PosixSource().open_directory(folder.path()).value()->attributes("program");
  ASSERT_TRUE(attributes);
  ASSERT_EQ(attributes->size(), 1U);
  EXPECT_EQ(attributes->front().name, "security.capability");
}

TEST(InPlace, ALabelThatNobodyMayRemoveIsNoObstacle) {
  const tree::TemporaryDirectory folder;
  const std::string path = folder.path() + "/file";
  std::ofstream(path) << "x";
  tree::PosixTarget target;
  const auto probe = target.open_existing(path);
  if (!probe || !(*probe)->set_attribute("security.selinux", as_bytes(std::string_view("some_label"))))
    GTEST_SKIP() << "no right to set security labels";
  ASSERT_TRUE(target.open_to_change(path));
  const auto attributes = tree::PosixSource().open_directory(folder.path()).value()->attributes("file");
  ASSERT_TRUE(attributes);
  EXPECT_EQ(attributes->size(), 1U);
}

TEST(InPlace, FilesThatOthersSeeAreMadeAnew) {
  MemoryTree tree;
  MadeArchive archive;
  for (const auto* name : {"/linked", "/foreign", "/open", "/immutable"}) {
    tree.put(name, "content");
    archive.file(name, "content");
  }
  ASSERT_TRUE(tree.make_hard_link("/linked", "/other"));
  tree.find("/foreign")->stat.uid = 1000;
  tree.find("/open")->stat.mode = 0100666;
  tree.find("/immutable")->stat.flags = os::flag_immutable;
  const Result result(archive, tree, in_place());
  EXPECT_EQ(result.totals.in_place, 0U);
  EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
  EXPECT_EQ(tree.find("/linked")->stat.links, 1U);
  EXPECT_EQ(tree.find("/foreign")->stat.uid, 0U);
}

TEST(InPlace, TheReplaceRuleCountsFirst) {
  MemoryTree tree;
  tree.put("/file", "present");
  MadeArchive archive;
  archive.file("/file", "restored");
  auto options = in_place();
  options.replace = Replace::never;
  const Result result(archive, tree, options);
  EXPECT_EQ(content(tree, "/file"), "present");
  EXPECT_EQ(result.totals.skipped, 1U);
}

/// Random contents, with holes, over random ones: the outcome is what a file made anew would be.
TEST(InPlace, ComesToTheSameAsMakingAnew) {
  const tree::TemporaryDirectory directory;
  tree::PosixTarget target(directory.path());
  const auto path = directory.path() + "/file";
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    (void)target.remove(path);
    Buffer old(random() % 400'000);
    for (auto& byte : old) byte = static_cast<std::byte>(random() % 2);
    auto made = target.create_file(path, 0600);
    ASSERT_TRUE((*made)->write_at(0, old) && (*made)->close());
    Buffer expected(random() % 500'000);
    Unchanged unchanged;
    InPlaceFile file(std::move(*target.open_to_change(path)), old.size(), unchanged);
    for (std::uint64_t at = random() % 60'000; at < expected.size(); at += random() % 200'000) {
      Buffer piece(std::min<std::size_t>(random() % 150'000, expected.size() - at));
      for (std::size_t i = 0; i < piece.size(); ++i)
        piece[i] = random() % 3 > 0 && at + i < old.size() ? old[at + i] : std::byte{7};
      ASSERT_TRUE(file.write_at(at, piece));
      std::copy(piece.begin(), piece.end(), expected.begin() + static_cast<std::ptrdiff_t>(at));
      at += piece.size();
    }
    ASSERT_TRUE(file.set_size(expected.size()) && file.close());
    Buffer found(expected.size() + 1);
    const auto reading = target.open_to_change(path);
    ASSERT_EQ(*(*reading)->read_at(0, found), expected.size()) << "seed " << seed;
    found.pop_back();
    EXPECT_TRUE(found == expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace holdfast::archive

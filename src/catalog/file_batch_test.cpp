// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/file_batch.h"

#include <gmock/gmock.h>

namespace holdfast::catalog {
namespace {

TEST(FileBatch, GivesBackWhatWasAddedInOrder) {
  FileBatch batch(1000);
  EXPECT_TRUE(batch.is_empty());
  batch.add({.file_index = 1, .path = "/a/", .name = "b", .stat = "P0", .digest = "0", .delta = 2});
  batch.add({.file_index = 0, .path = "/a/", .name = "", .stat = "P1", .digest = "0"});
  batch.set_digest("sZRqySSS0jR8YjW00mERhA");
  const auto files = batch.files();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "/a/");
  EXPECT_EQ(files[0].name, "b");
  EXPECT_EQ(files[0].stat, "P0");
  EXPECT_EQ(files[0].digest, "0");
  EXPECT_EQ(files[0].delta, 2);
  EXPECT_EQ(files[1].file_index, 0U);
  EXPECT_EQ(files[1].name, "");
  EXPECT_EQ(files[1].digest, "sZRqySSS0jR8YjW00mERhA");
  batch.clear();
  EXPECT_TRUE(batch.is_empty());
}

TEST(FileBatch, IsFullByBytesOrByRows) {
  FileBatch small(10);
  small.add({.path = "/folder/", .name = "f"});
  EXPECT_FALSE(small.is_full());
  small.add({.path = "/"});
  EXPECT_TRUE(small.is_full());
  FileBatch many(1 << 20);
  for (int i = 0; i < 4'999; ++i) many.add({.path = "/"});
  EXPECT_FALSE(many.is_full());
  many.add({.path = "/"});
  EXPECT_TRUE(many.is_full());
}

TEST(SplitName, KeepsTheSlashWithThePath) {
  EXPECT_EQ(split_name("/etc/hosts"), (std::pair<std::string_view, std::string_view>("/etc/", "hosts")));
  EXPECT_EQ(split_name("/etc/"), (std::pair<std::string_view, std::string_view>("/etc/", "")));
  EXPECT_EQ(split_name("C:file"), (std::pair<std::string_view, std::string_view>("C:file", "")));
}

}  // namespace
}  // namespace holdfast::catalog

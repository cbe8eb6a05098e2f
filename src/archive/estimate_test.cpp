// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/archive/record_list.h"
#include "testing/tree/memory_tree.h"

namespace holdfast::archive {
namespace {

TEST(Estimate, CountsFilesAndTheBytesOfRegularOnes) {
  tree::MemoryTree tree;
  tree.put("/d/a", "12345");
  tree.put("/d/b", "123");
  ASSERT_TRUE(tree.make_symlink("a", "/d/link"));
  selection::FileSet files;
  files.includes.push_back({});
  files.includes[0].files = {"/d"};
  ReportList report;
  std::vector<std::string> lines;
  selection::EverythingIsNew everything;
  const auto total =
      estimate(tree, files, everything, report, [&](const std::string& line) { lines.push_back(line); }, {});
  EXPECT_EQ(total.files, 4U);
  EXPECT_EQ(total.bytes, 8U);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_THAT(lines[2], testing::EndsWith("  /d/link -> a"));
  EXPECT_THAT(lines[3], testing::EndsWith("  /d"));
}

TEST(ListLine, LooksAsRecorded) {
  tree::FileStat stat;
  stat.mode = 0100644;
  stat.links = 1;
  stat.size = 4000;
  const auto line = list_line(stat, 0, "/srv/demo/mini/text.txt", "");
  EXPECT_THAT(line, testing::StartsWith("-rw-r--r--   1 root     root            4000 19"));
  EXPECT_THAT(line, testing::EndsWith(":00  /srv/demo/mini/text.txt"));
  stat.mode = 0107755;
  EXPECT_THAT(list_line(stat, 0, "x", ""), testing::StartsWith("-rwsr-sr-t "));
}

}  // namespace
}  // namespace holdfast::archive

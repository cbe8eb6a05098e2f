// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/fileset_lines.h"

#include <gtest/gtest.h>

namespace holdfast::director {
namespace {

TEST(FilesetLines, AskPeersForGzipInsteadOfZstd) {
  const std::pair<const char*, const char*> levels[]{{"Zs1:", "Z1"}, {"Zs2:", "Z1"},  {"Zs3:", "Z6"},
                                                     {"Zs9:", "Z6"}, {"Zs10:", "Z9"}, {"Zs19:", "Z9"}};
  for (const auto& [ours, theirs] : levels) {
    std::vector<std::string> lines{"I\n", std::string("O M") + ours + "sz>5k:HAX\n", "N\n", "F /Zs3:/x\n"};
    EXPECT_TRUE(replace_zstd(lines)) << ours;
    EXPECT_EQ(lines[1], std::string("O M") + theirs + "sz>5k:HAX\n");
    EXPECT_EQ(lines[3], "F /Zs3:/x\n");
  }
}

TEST(FilesetLines, TellWhatWasReplaced) {
  std::vector<std::string> lines{"O MZs12:HAX\n", "O MZs1:HAX\n"};
  EXPECT_EQ(replace_zstd(lines), "ZSTD12 was replaced by GZIP9");
  EXPECT_EQ(lines[1], "O MZ1HAX\n");
}

TEST(FilesetLines, StayAsTheyAreWithoutZstd) {
  std::vector<std::string> lines{"O MZ6HAX\n", "F Zs1:\n"};
  const auto before = lines;
  EXPECT_EQ(replace_zstd(lines), std::nullopt);
  EXPECT_EQ(lines, before);
}

}  // namespace
}  // namespace holdfast::director

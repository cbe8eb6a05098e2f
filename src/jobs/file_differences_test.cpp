// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/file_differences.h"

#include <gmock/gmock.h>

namespace holdfast::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

format::PackedStat file() {
  format::PackedStat stat;
  stat.inode = 7;
  stat.mode = 0100644;
  stat.links = 1;
  stat.uid = 1000;
  stat.gid = 100;
  stat.size = 20;
  stat.access_time = stat.modification_time = stat.change_time = 1'795'000'000;
  return stat;
}

TEST(FileDifferences, AreNoneWhereNothingDiffers) {
  EXPECT_THAT(file_differences("VVpinugsamcd5", file(), file()), IsEmpty());
}

TEST(FileDifferences, AreToldInTheWordsOfThePeerAndInTheOrderOfTheLetters) {
  auto other = file();
  other.inode = 8;
  other.mode = 0100755;
  other.links = 2;
  other.uid = 0;
  other.gid = 0;
  other.size = 19;
  other.access_time = other.modification_time = other.change_time = 1;
  EXPECT_THAT(
      file_differences("Vpinugsamcd5", file(), other),
      ElementsAre("      st_mode  differ. Cat: 81a4 File: 81ed\n", "      st_ino   differ. Cat: 7 File: 8\n",
                  "      st_nlink differ. Cat: 1 File: 2\n", "      st_uid   differ. Cat: 1000 File: 0\n",
                  "      st_gid   differ. Cat: 100 File: 0\n", "      st_size  differ. Cat: 20 File: 19\n",
                  "      st_atime differs\n", "      st_mtime differs\n", "      st_ctime differs\n",
                  "      st_size  decrease. Cat: 20 File: 19\n"));
}

TEST(FileDifferences, AreOnlyThoseAskedFor) {
  auto other = file();
  other.inode = 8;
  other.size = 30;
  EXPECT_THAT(file_differences("V", file(), other), IsEmpty());
  EXPECT_THAT(file_differences("Vd", file(), other), IsEmpty());
  EXPECT_THAT(file_differences("Vs", file(), other),
              ElementsAre("      st_size  differ. Cat: 20 File: 30\n"));
}

TEST(FileDifferences, IncludeTheDigestByEitherDigit) {
  EXPECT_TRUE(compares_digest("Vpins5"));
  EXPECT_TRUE(compares_digest("V1"));
  EXPECT_FALSE(compares_digest("Vpins"));
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include "device/file_device.h"
#include "testing/base/golden.h"
#include "volumes/checker/check_volume.h"

namespace holdfast::volumes {
namespace {

/// What the checker says of golden volumes, read one after the other.
std::string found_in(const std::vector<std::string>& volumes, Severity least) {
  device::DirectoryDrive drive(testing_support::golden("volumes")->string());
  FindingList found;
  VolumeChecker checker(found);
  for (const auto& volume : volumes)
    check_volume(*drive.open(volume, device::Drive::Access::read), volume, checker);
  checker.finish();
  return found.text(least);
}

class GoldenVolume : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(GoldenVolume, KeepsAllRules) {
  if (!testing_support::golden("volumes")) GTEST_SKIP() << "no golden volumes";
  EXPECT_EQ(found_in(GetParam(), Severity::warning), "");
}

using Names = std::vector<std::string>;
INSTANTIATE_TEST_SUITE_P(Volumes, GoldenVolume,
                         testing::Values(Names{"Golden-tree"}, Names{"Golden-md5"}, Names{"Golden-gzip"},
                                         Names{"Golden-lz4"}, Names{"Golden-lzo"}, Names{"Golden-lzfast"},
                                         Names{"Golden-encrypted"}, Names{"Golden-encrypted-gzip"},
                                         Names{"Golden-interleaved-4"}, Names{"Golden-sddeflate"},
                                         Names{"Golden-sddeflate-2"}, Names{"Small-0012", "Small-0013"}));

TEST(GoldenVolume, ThatIsOneOfTwoLeavesItsJobOpen) {
  if (!testing_support::golden("volumes")) GTEST_SKIP() << "no golden volumes";
  EXPECT_EQ(found_in({"Small-0012"}, Severity::error), "");
  EXPECT_NE(found_in({"Small-0012"}, Severity::warning), "");
  EXPECT_EQ(found_in({"Small-0013"}, Severity::error), "");
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/session_time.h"

#include <gtest/gtest.h>

#include "os/text_file.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::storage {
namespace {

std::uint32_t claim(const std::string& folder, std::int64_t now) {
  return claim_session_time(folder, "sd", from_unix_seconds(now));
}

TEST(SessionTime, IsThatOfTheStartAndNeverTheSameTwice) {
  const testing_support::TemporaryDirectory folder;
  const auto path = folder.path();
  EXPECT_EQ(claim(path, 1000), 1000U);
  EXPECT_EQ(claim(path, 1000), 1001U);
  EXPECT_EQ(claim(path, 1000), 1002U);
  EXPECT_EQ(claim(path, 999), 1003U);
  EXPECT_EQ(claim(path, 2000), 2000U);
}

TEST(SessionTime, IsThatOfTheClockWhereNothingSensibleIsKept) {
  const testing_support::TemporaryDirectory folder;
  const auto path = folder.path();
  for (const char* text : {"", "later", "99999999999999999999", "4000000000"}) {
    os::write_text(path + "/sd.session", text, os::Writing::anew);
    EXPECT_EQ(claim(path, 1000), 1000U) << text;
  }
  EXPECT_EQ(claim("/nowhere", 1000), 1000U);
}

}  // namespace
}  // namespace holdfast::storage

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/background.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace holdfast::os {
namespace {

const std::filesystem::path sleeper = std::filesystem::canonical("/usr/bin/sleep");

TEST(Background, AProgramRunsUntilItIsEnded) {
  const int process = start_in_background(sleeper, {"1000"}, "/dev/null");
  EXPECT_TRUE(runs_program(process, sleeper));
  EXPECT_FALSE(runs_program(process, "/usr/bin/other"));
  end_process(process, std::chrono::seconds(10));
  EXPECT_FALSE(runs_program(process, sleeper));
}

TEST(Background, AProgramThatDoesNotExistIsAnError) {
  EXPECT_THROW(start_in_background("/no/such/program", {}, "/dev/null"), Error);
}

TEST(Background, EndingAProcessThatIsGoneDoesNothing) {
  const int process = start_in_background(sleeper, {"1000"}, "/dev/null");
  end_process(process, std::chrono::seconds(10));
  EXPECT_NO_THROW(end_process(process, std::chrono::seconds(1)));
}

}  // namespace
}  // namespace holdfast::os

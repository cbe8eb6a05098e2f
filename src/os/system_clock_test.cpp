// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/system_clock.h"

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

TEST(SystemClock, GoesOn) {
  const SystemClock clock;
  const Time day_of_birth = from_unix_seconds(1'795'000'000 - 365 * 86'400);
  EXPECT_GT(clock.now(), day_of_birth);
  Instant last = clock.instant();
  EXPECT_GT(last.time_since_epoch().count(), 0);
  for (int i = 0; i < 1000; ++i) {
    const Instant next = clock.instant();
    ASSERT_GE(next, last);
    last = next;
  }
}

}  // namespace
}  // namespace holdfast::os

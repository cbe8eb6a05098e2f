// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/clock.h"

#include <gtest/gtest.h>

#include <limits>

namespace holdfast {
namespace {

TEST(UnixSeconds, AreKeptAsFarAsTimeReaches) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'795'391'460}})
    EXPECT_EQ(unix_seconds(from_unix_seconds(value)), value);
}

TEST(UnixSeconds, EndWhereTimeEnds) {
  EXPECT_LE(from_unix_seconds(std::numeric_limits<std::int64_t>::max()), Time::max());
  EXPECT_GT(from_unix_seconds(393'216'005'509'163), from_unix_seconds(1'795'391'460));
  EXPECT_LT(from_unix_seconds(std::numeric_limits<std::int64_t>::min()), from_unix_seconds(0));
}

}  // namespace
}  // namespace holdfast

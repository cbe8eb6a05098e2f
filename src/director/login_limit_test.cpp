// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/login_limit.h"

#include <gtest/gtest.h>

#include "testing/base/manual_clock.h"

namespace holdfast::director {
namespace {

using namespace std::chrono_literals;

class LoginLimits : public ::testing::Test {
 protected:
  testing_support::ManualClock clock_;
  LoginLimit limit_{clock_};
};

TEST_F(LoginLimits, EachFailureTakesLonger) {
  EXPECT_EQ(limit_.failed("a"), 2s);
  EXPECT_EQ(limit_.failed("a"), 4s);
  EXPECT_EQ(limit_.failed("b"), 2s);
}

TEST_F(LoginLimits, TooManyFailuresOfAHostStopItForAWhile) {
  for (std::size_t i = 0; i < LoginLimit::most_failures; ++i) {
    EXPECT_TRUE(limit_.may_try("a"));
    limit_.failed("a");
  }
  EXPECT_FALSE(limit_.may_try("a"));
  EXPECT_TRUE(limit_.may_try("b"));
  clock_.advance(LoginLimit::window + 1s);
  EXPECT_TRUE(limit_.may_try("a"));
}

TEST_F(LoginLimits, ASuccessForgives) {
  for (std::size_t i = 0; i < LoginLimit::most_failures; ++i) limit_.failed("a");
  limit_.succeeded("a");
  EXPECT_TRUE(limit_.may_try("a"));
}

}  // namespace
}  // namespace holdfast::director

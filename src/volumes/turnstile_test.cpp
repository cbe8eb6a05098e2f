// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/turnstile.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace holdfast::volumes {
namespace {

TEST(Turnstile, LetsOneInAtATime) {
  Turnstile turnstile;
  int inside = 0, rounds = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        for (int round = 0; round < 500; ++round) {
          ASSERT_TRUE(turnstile.take({}));
          EXPECT_EQ(++inside, 1);
          ++rounds;
          --inside;
          turnstile.give_up();
        }
      });
  }
  EXPECT_EQ(rounds, 4000);
  EXPECT_TRUE(turnstile.try_take());
}

TEST(Turnstile, PutsWhoWasInsideBehindThoseWhoWait) {
  Turnstile turnstile;
  ASSERT_TRUE(turnstile.take({}));
  std::atomic<bool> is_asking = false;
  std::vector<int> order;
  std::jthread other([&] {
    is_asking = true;
    ASSERT_TRUE(turnstile.take({}));
    order.push_back(1);
    turnstile.give_up();
  });
  // Until the other one waits, it is let through at once.
  while (!is_asking || order.empty()) {
    turnstile.give_up();
    ASSERT_TRUE(turnstile.take({}));
  }
  order.push_back(2);
  EXPECT_EQ(order, (std::vector{1, 2}));
  turnstile.give_up();
}

TEST(Turnstile, ForgetsWhoStopsWaiting) {
  Turnstile turnstile;
  ASSERT_TRUE(turnstile.take({}));
  std::stop_source stop;
  std::jthread waiting([&] { EXPECT_FALSE(turnstile.take(stop.get_token())); });
  stop.request_stop();
  waiting.join();
  EXPECT_FALSE(turnstile.try_take());
  turnstile.give_up();
  EXPECT_TRUE(turnstile.try_take());
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/writer_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace holdfast::catalog {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(WriterQueue, IsTheSameForAllWhoNameTheFile) {
  const auto queue = WriterQueue::of("/tmp/catalog.db");
  EXPECT_EQ(WriterQueue::of("/tmp/../tmp/catalog.db"), queue);
  EXPECT_NE(WriterQueue::of("/tmp/other.db"), queue);
}

TEST(WriterQueue, LetsOneInAtATime) {
  WriterQueue queue;
  ASSERT_TRUE(queue.enter(hours(1)));
  EXPECT_FALSE(queue.enter(milliseconds(1)));
  queue.leave();
  EXPECT_TRUE(queue.enter(hours(1)));
}

TEST(WriterQueue, WhoGaveUpHoldsNobodyBack) {
  WriterQueue queue;
  ASSERT_TRUE(queue.enter(hours(1)));
  int entered = 0;
  std::jthread other([&] {
    if (queue.enter(hours(1))) ++entered;
    queue.leave();
  });
  EXPECT_FALSE(queue.enter(milliseconds(1)));
  queue.leave();
  other.join();
  EXPECT_EQ(entered, 1);
}

TEST(WriterQueue, NoTwoAreInside) {
  WriterQueue queue;
  int inside = 0, most = 0, count = 0;
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 4; ++writer)
      writers.emplace_back([&] {
        for (int turn = 0; turn < 200; ++turn) {
          ASSERT_TRUE(queue.enter(hours(1)));
          most = std::max(most, ++inside);
          ++count;
          --inside;
          queue.leave();
        }
      });
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(count, 800);
}

}  // namespace
}  // namespace holdfast::catalog

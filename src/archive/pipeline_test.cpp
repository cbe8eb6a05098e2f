// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"

namespace holdfast::archive {
namespace {

std::unique_ptr<Batch> batch_of(Pipeline& pipeline, std::size_t cost) {
  auto batch = pipeline.fresh();
  batch->cost = cost;
  batch->is_prepared = true;
  return batch;
}

TEST(Pipeline, DeliversInOrder) {
  Pipeline pipeline(100, 1, std::stop_source());
  for (const std::size_t cost : {1U, 2U, 3U}) EXPECT_TRUE(pipeline.put(batch_of(pipeline, cost)));
  pipeline.finish();
  for (const std::size_t cost : {1U, 2U, 3U}) EXPECT_EQ(pipeline.take()->cost, cost);
  EXPECT_EQ(pipeline.take(), nullptr);
}

TEST(Pipeline, EndsEverybodyWithAFailure) {
  std::stop_source ending;
  Pipeline pipeline(100, 1, ending);
  EXPECT_TRUE(pipeline.put(batch_of(pipeline, 100)));
  pipeline.fail(std::make_exception_ptr(Error(ErrorKind::io, "broken")));
  EXPECT_TRUE(ending.stop_requested());
  EXPECT_FALSE(pipeline.put(batch_of(pipeline, 100)));
  EXPECT_EQ(pipeline.claim(), nullptr);
  EXPECT_THROW(pipeline.take(), Error);
}

TEST(Pipeline, WakesWhoWaitsForRoomWhereTheRunEnds) {
  std::stop_source ending;
  Pipeline pipeline(100, 1, ending);
  EXPECT_TRUE(pipeline.put(batch_of(pipeline, 100)));
  std::jthread failing([&] { pipeline.fail(std::make_exception_ptr(Error(ErrorKind::io, "broken"))); });
  EXPECT_FALSE(pipeline.put(batch_of(pipeline, 100)));
}

TEST(Pipeline, GoesOnlyAFewBatchesAhead) {
  constexpr unsigned workers = 3;
  Pipeline pipeline(1'000'000, workers, std::stop_source());
  constexpr std::size_t batches = 100;
  std::atomic<std::size_t> put = 0;
  std::jthread walk([&] {
    for (std::size_t i = 0; i < batches; ++i, ++put) pipeline.put(batch_of(pipeline, i));
    pipeline.finish();
  });
  std::size_t taken = 0;
  while (auto batch = pipeline.take()) {
    EXPECT_EQ(batch->cost, taken++);
    EXPECT_LE(put, taken + 4 * workers);
    pipeline.sent(std::move(batch));
  }
  EXPECT_EQ(taken, batches);
}

}  // namespace
}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/block_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/base/hex.h"

namespace holdfast::archive {
namespace {

using testing::ElementsAre;
using testing_support::from_hex;
using Blocks = BlockSplitter::Blocks;

const Buffer two_blocks = from_hex("00000006 68656c6c6f0a 00000000 00000003 616263");

std::vector<std::string> split(BlockSplitter& splitter, Bytes plain, std::size_t step) {
  std::vector<std::string> blocks;
  for (; !plain.empty(); plain = plain.subspan(std::min(step, plain.size()))) {
    const auto done = splitter.feed(plain.first(std::min(step, plain.size())), [&](Bytes block) {
      blocks.emplace_back(as_text(block));
      return Expected<void, std::string>();
    });
    EXPECT_TRUE(done);
  }
  return blocks;
}

TEST(BlockSplitter, GathersBlocksWhereverTheyWereCut) {
  BlockSplitter splitter;
  for (std::size_t step = 1; step <= two_blocks.size(); ++step) {
    splitter.start(Blocks::whole);
    EXPECT_THAT(split(splitter, two_blocks, step), ElementsAre("hello\n", "abc")) << step;
    EXPECT_TRUE(splitter.is_at_end_of_block());
  }
}

TEST(BlockSplitter, HandsOnPiecesAsTheyCome) {
  BlockSplitter splitter;
  splitter.start(Blocks::in_pieces);
  EXPECT_THAT(split(splitter, two_blocks, 7), ElementsAre("hel", "lo\n", "abc"));
}

TEST(BlockSplitter, TellsWhetherAStreamMayEnd) {
  BlockSplitter splitter;
  for (std::size_t size = 0; size <= two_blocks.size(); ++size) {
    splitter.start(Blocks::whole);
    split(splitter, Bytes(two_blocks).first(size), 5);
    EXPECT_EQ(splitter.is_at_end_of_block(), size == 0 || size == 10 || size == 14 || size == 21) << size;
  }
}

TEST(BlockSplitter, RefusesToGatherMoreThanABlockCanHave) {
  BlockSplitter splitter;
  splitter.start(Blocks::whole);
  const auto done =
      splitter.feed(from_hex("7fffffff00"), [](Bytes) { return Expected<void, std::string>(); });
  EXPECT_FALSE(done);
}

}  // namespace
}  // namespace holdfast::archive

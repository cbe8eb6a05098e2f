// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/read_ahead.h"

#include "base/error.h"
#include "testing/base/thrown.h"
#include "testing/device/faulty_device.h"
#include "testing/device/memory_device.h"

namespace holdfast::volumes {
namespace {

using testing_support::thrown_kind;

Buffer content_of(unsigned number) {
  return testing_support::block_of(1000, static_cast<std::uint8_t>(number % 250));
}

/// A volume of blocks of 1,000 bytes, numbered from 0, read ahead.
struct World {
  explicit World(unsigned count) {
    const auto volume = drive.create("V");
    for (unsigned i = 0; i < count; ++i) volume->write_block(content_of(i));
  }

  void damage(unsigned block) { drive.medium("V").contents[block * 1000 + 12] = std::byte{'x'}; }

  testing_support::MemoryDrive drive;
  testing_support::FaultPlan faults;
  std::unique_ptr<device::Device> medium =
      std::make_unique<testing_support::FaultyDevice>(drive.create("V"), faults);
  BlockReader blocks{*medium, BlockReader::Checksums::ignored,
                     [](const std::string& what) { throw Error(ErrorKind::corrupt, "{}", what); }};
};

/// Addresses of the blocks up to the end, in thousands.
std::vector<std::uint64_t> rest(BlockSource& blocks) {
  std::vector<std::uint64_t> found;
  while (const auto block = blocks.next()) found.push_back(block->address / 1000);
  return found;
}

TEST(ReadAhead, GivesAllBlocksInTheirOrder) {
  World world(500);
  ReadAhead ahead(world.blocks);
  for (unsigned i = 0; i < 500; ++i) {
    const auto block = ahead.next();
    ASSERT_TRUE(block);
    EXPECT_EQ(block->address, i * 1000U);
    EXPECT_TRUE(equal(block->bytes, content_of(i))) << i;
    EXPECT_EQ(ahead.position(), (i + 1) * 1000U);
  }
  EXPECT_FALSE(ahead.next());
  EXPECT_FALSE(ahead.next()) << "the end stays the end";
}

TEST(ReadAhead, KeepsABlockUntilTheNextIsAskedFor) {
  World world(50);
  ReadAhead ahead(world.blocks);
  const auto first = ahead.next();
  EXPECT_FALSE(ahead.is_at_end());
  EXPECT_TRUE(equal(first->bytes, content_of(0)));
}

TEST(ReadAhead, SkipsWhatWasReadAlreadyAndWhatWasNot) {
  for (const unsigned target : {2U, 3U, 40U, 60U}) {
    World world(60);
    ReadAhead ahead(world.blocks);
    ahead.next();
    ahead.next();
    ahead.skip_to(target * 1000);
    EXPECT_EQ(ahead.position(), target * 1000U);
    const auto found = rest(ahead);
    EXPECT_EQ(found.size(), 60 - target);
    EXPECT_TRUE(found.empty() || found.front() == target);
  }
}

TEST(ReadAhead, DoesNotGoBack) {
  World world(10);
  ReadAhead ahead(world.blocks);
  for (int i = 0; i < 5; ++i) ahead.next();
  ahead.skip_to(2000);
  EXPECT_EQ(rest(ahead), (std::vector<std::uint64_t>{5, 6, 7, 8, 9}));
}

TEST(ReadAhead, FailsWhereTheBlockFailsAndNotBefore) {
  World world(10);
  world.damage(4);
  ReadAhead ahead(world.blocks);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ahead.next());
  EXPECT_FALSE(ahead.is_at_end());
  EXPECT_EQ(thrown_kind([&] { ahead.next(); }), ErrorKind::corrupt);
  EXPECT_EQ(thrown_kind([&] { ahead.next(); }), ErrorKind::corrupt);
}

TEST(ReadAhead, PassesOverDamageThatIsSkipped) {
  for (const unsigned target : {5U, 8U, 10U}) {
    World world(10);
    world.damage(4);
    ReadAhead ahead(world.blocks);
    ahead.next();
    ahead.skip_to(target * 1000);
    EXPECT_EQ(rest(ahead).size(), 10 - target);
  }
}

TEST(ReadAhead, ReadsNoBlockTwiceWhenASkipEndsBeforeTheDamage) {
  World world(10);
  world.damage(6);
  ReadAhead ahead(world.blocks);
  ahead.next();
  ahead.skip_to(3000);
  for (unsigned i = 3; i < 6; ++i) EXPECT_EQ(ahead.next()->address, i * 1000U);
  EXPECT_EQ(thrown_kind([&] { ahead.next(); }), ErrorKind::corrupt);
}

TEST(ReadAhead, CarriesTheFailureOfTheDevice) {
  World world(10);
  world.faults.fail_at = 3;
  ReadAhead ahead(world.blocks);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ahead.next());
  EXPECT_EQ(thrown_kind([&] { ahead.next(); }), ErrorKind::io);
}

TEST(ReadAhead, ReadsNothingThatIsNotExpectedToBeWanted) {
  World world(60);
  {
    ReadAhead ahead(world.blocks);
    ahead.skip_to(20'000);
    ahead.expect_end(22'999);
    for (unsigned i = 20; i < 23; ++i) EXPECT_EQ(ahead.next()->address, i * 1000U);
    ahead.skip_to(40'000);
    ahead.expect_end(40'999);
    EXPECT_EQ(ahead.next()->address, 40'000U);
  }
  EXPECT_EQ(world.faults.operations, 4);
}

TEST(ReadAhead, ReadsOnBehindTheExpectedEndWhenItIsAsked) {
  World world(60);
  ReadAhead ahead(world.blocks);
  ahead.expect_end(2'999);
  EXPECT_EQ(rest(ahead).size(), 60U);
}

TEST(ReadAhead, EndsWhileBlocksAreWaiting) {
  World world(20'000);
  {
    ReadAhead ahead(world.blocks);
    ahead.next();
  }
  EXPECT_LT(world.faults.operations, 10'000) << "it read on without bounds";
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "device/tape_drive.h"

namespace holdfast::testing_support {

/// A tape in a drive, at its beginning and blank.
class TapeFixture {
 public:
  virtual ~TapeFixture() = default;
  virtual device::TapeDrive& tape() = 0;
};

/// What every tape drive does, as the driver of Linux shows it. A program runs it over a real drive as well, whose
/// cartridge it overwrites.
class TapeConformance : public testing::TestWithParam<std::function<std::unique_ptr<TapeFixture>()>> {
 protected:
  using Op = device::TapeOperation;

  void SetUp() override { fixture_ = GetParam()(); }
  device::TapeDrive& tape() { return fixture_->tape(); }
  bool does(Op operation, std::uint32_t count = 1) { return tape().operate(operation, count).has_value(); }
  void write(std::size_t length, char fill) {
    const Buffer block(length, static_cast<std::byte>(fill));
    const auto written = tape().write(block);
    ASSERT_TRUE(written) << written.error().message();
    EXPECT_EQ(written->length, length);
  }
  /// "aaa": what a block holds, "": a mark; "?": an error.
  std::string read() {
    Buffer block(4096);
    const auto got = tape().read(block);
    return got ? std::string(as_text(Bytes(block).first(*got))) : "?";
  }
  /// Files "a bb ccc" and "d", each with its mark.
  void write_two_files() {
    write(1, 'a'), write(2, 'b'), write(3, 'c');
    ASSERT_TRUE(does(Op::write_filemarks));
    write(1, 'd');
    ASSERT_TRUE(does(Op::write_filemarks));
  }

 private:
  std::unique_ptr<TapeFixture> fixture_;
};

TEST_P(TapeConformance, ReadsBlocksAndMarks) {
  write_two_files();
  EXPECT_TRUE(does(Op::rewind));
  for (const auto* expected : {"a", "bb", "ccc", "", "d", "", ""}) EXPECT_EQ(read(), expected);
}

TEST_P(TapeConformance, GoesForwardAndBackOverFiles) {
  write_two_files();
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_TRUE(does(Op::forward_files));
  EXPECT_EQ(read(), "d");
  EXPECT_TRUE(does(Op::back_files)) << "stops before the mark of the first file";
  EXPECT_EQ(read(), "");
  EXPECT_EQ(read(), "d");
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_FALSE(does(Op::forward_files, 3));
  EXPECT_EQ(tape().status()->file, 2U);
  EXPECT_TRUE(tape().status()->at_end_of_data);
  EXPECT_FALSE(does(Op::back_files, 3));
  EXPECT_EQ(read(), "a");
}

TEST_P(TapeConformance, GoesForwardAndBackOverBlocksUpToAMark) {
  write_two_files();
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_TRUE(does(Op::forward_records, 2));
  EXPECT_EQ(read(), "ccc");
  EXPECT_TRUE(does(Op::back_records, 2));
  EXPECT_EQ(read(), "bb");
  EXPECT_FALSE(does(Op::forward_records, 5)) << "stops behind the mark";
  EXPECT_EQ(read(), "d");
  EXPECT_FALSE(does(Op::back_records, 2)) << "stops before the mark";
  EXPECT_EQ(read(), "");
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_FALSE(does(Op::back_records));
}

TEST_P(TapeConformance, SaysWhereItStands) {
  write_two_files();
  EXPECT_TRUE(tape().status()->at_filemark);
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_TRUE(tape().status()->at_beginning);
  read(), read();
  EXPECT_EQ(tape().status()->file, 0U);
  EXPECT_EQ(tape().status()->block, 2U);
  EXPECT_TRUE(does(Op::forward_files));
  EXPECT_EQ(tape().status()->file, 1U);
  EXPECT_EQ(tape().status()->block, 0U);
  EXPECT_TRUE(does(Op::end_of_data));
  EXPECT_EQ(tape().status()->file, 2U);
}

TEST_P(TapeConformance, EndsWhereItWasWrittenLast) {
  write_two_files();
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_TRUE(does(Op::forward_records));
  write(5, 'e');
  EXPECT_TRUE(does(Op::rewind));
  for (const auto* expected : {"a", "eeeee", "", "", "?"}) EXPECT_EQ(read(), expected);
}

TEST_P(TapeConformance, GoesBehindABlockThatIsTooLong) {
  write(9000, 'x');
  write(1, 'y');
  EXPECT_TRUE(does(Op::rewind));
  Buffer small(100);
  EXPECT_EQ(tape().read(small).error(), std::errc::not_enough_memory);
  EXPECT_EQ(read(), "y");
}

TEST_P(TapeConformance, WritesSeveralBlocksAtOnceWhereTheirSizeIsFixed) {
  ASSERT_TRUE(does(Op::set_block_size, 512));
  write(1024, 'f');
  EXPECT_FALSE(tape().write(Buffer(700)));
  EXPECT_TRUE(does(Op::rewind));
  EXPECT_TRUE(does(Op::forward_records, 2));
  EXPECT_FALSE(does(Op::forward_records));
  EXPECT_TRUE(does(Op::set_block_size, 0));
}

TEST_P(TapeConformance, HasNoTapeWhenItIsEjected) {
  EXPECT_TRUE(does(Op::lock));
  EXPECT_FALSE(does(Op::offline));
  EXPECT_TRUE(does(Op::unlock));
  EXPECT_TRUE(does(Op::offline));
  EXPECT_FALSE(does(Op::rewind));
  EXPECT_EQ(read(), "?");
  EXPECT_FALSE(tape().status()->is_online);
  EXPECT_TRUE(does(Op::load));
  EXPECT_TRUE(tape().status()->is_online);
}

}  // namespace holdfast::testing_support

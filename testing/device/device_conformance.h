// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "base/error.h"
#include "device/device.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// A world with one drive for the suite; destroyed after the test.
class DriveFixture {
 public:
  virtual ~DriveFixture() = default;
  virtual device::Drive& drive() = 0;
};

/// What every byte-addressed device and its drive must do. A test program includes this once and says over which:
///
///   INSTANTIATE_TEST_SUITE_P(File, DeviceConformance, testing::Values(make_directory_fixture));
class DeviceConformance : public testing::TestWithParam<std::function<std::unique_ptr<DriveFixture>()>> {
 protected:
  void SetUp() override { fixture_ = GetParam()(); }
  device::Drive& drive() { return fixture_->drive(); }

 private:
  std::unique_ptr<DriveFixture> fixture_;
};

using device::BlockRead;
using device::DamagedBlock;
using device::Device;
using device::Drive;
using device::EndOfData;

TEST_P(DeviceConformance, ReadsTheBlocksThatWereWritten) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i)
    EXPECT_EQ(volume->write_block(block_of(100U * i, i)), Device::Written::ok);
  EXPECT_EQ(volume->position(), 600U);
  volume->seek(0);
  Buffer buffer;
  std::uint64_t address = 0;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    const auto outcome = volume->read_block(buffer);
    const auto* read = std::get_if<BlockRead>(&outcome);
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(read->address, address);
    EXPECT_EQ(read->length, 100U * i);
    address += read->length;
    EXPECT_EQ(read->last_address, address - 1);
    EXPECT_TRUE(equal(Bytes(buffer).first(read->length), block_of(100U * i, i)));
  }
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
}

TEST_P(DeviceConformance, EnlargesTheBufferForLongerBlocks) {
  const auto volume = drive().create("V");
  volume->write_block(block_of(5000, 1));
  volume->seek(0);
  Buffer small(100);
  const auto outcome = volume->read_block(small);
  ASSERT_TRUE(std::holds_alternative<BlockRead>(outcome));
  EXPECT_GE(small.size(), 5000U);
}

TEST_P(DeviceConformance, GoesToAddressesAndToTheEnd) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i) volume->write_block(block_of(100, i));
  volume->seek(100);
  Buffer buffer;
  EXPECT_EQ(std::get<BlockRead>(volume->read_block(buffer)).address, 100U);
  EXPECT_EQ(volume->seek_to_end(), 300U);
  volume->write_block(block_of(50, 4));
  EXPECT_EQ(volume->seek_to_end(), 350U);
}

TEST_P(DeviceConformance, KeepsVolumesAfterClosing) {
  drive().create("V")->write_block(block_of(100, 1));
  drive().create("W");
  const auto volume = drive().open("V", Drive::Access::append);
  EXPECT_EQ(volume->seek_to_end(), 100U);
  volume->write_block(block_of(100, 2));
  volume->flush();
  EXPECT_EQ(drive().open("V", Drive::Access::read)->seek_to_end(), 200U);
  EXPECT_EQ(drive().create("V")->seek_to_end(), 200U) << "creating what exists keeps it";
}

TEST_P(DeviceConformance, TruncatesToAnAddress) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i) volume->write_block(block_of(100, i));
  volume->truncate(200);
  EXPECT_EQ(volume->position(), 200U);
  EXPECT_EQ(volume->seek_to_end(), 200U);
  volume->truncate(0);
  volume->write_block(block_of(70, 9));
  volume->seek(0);
  Buffer buffer;
  EXPECT_EQ(std::get<BlockRead>(volume->read_block(buffer)).length, 70U);
}

TEST_P(DeviceConformance, TellsDamageFromData) {
  const auto volume = drive().create("V");
  volume->write_block(block_of(100, 1));
  volume->write_block(Bytes(block_of(100, 2)).first(60));
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  const auto outcome = volume->read_block(buffer);
  ASSERT_TRUE(std::holds_alternative<DamagedBlock>(outcome));
  EXPECT_EQ(std::get<DamagedBlock>(outcome).address, 100U);
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
}

TEST_P(DeviceConformance, TakesGarbageForDamage) {
  const auto volume = drive().create("V");
  volume->write_block(Buffer(500, std::byte{0x55}));
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<DamagedBlock>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
}

TEST_P(DeviceConformance, KnowsWhichVolumesThereAre) {
  EXPECT_FALSE(drive().has("V"));
  EXPECT_THROW(drive().open("V", Drive::Access::read), Error);
  drive().create("V")->write_block(block_of(100, 1));
  EXPECT_TRUE(drive().has("V"));
  drive().rename("V", "W");
  EXPECT_FALSE(drive().has("V"));
  EXPECT_EQ(drive().open("W", Drive::Access::read)->seek_to_end(), 100U);
}

}  // namespace holdfast::testing_support

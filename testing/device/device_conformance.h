// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <memory>

#include "base/error.h"
#include "device/device.h"
#include "testing/device/cancelled.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// What a device makes of bytes that are no block.
enum class Garbage {
  taken,    ///< stored, and damage when it is read
  refused,  ///< Error{invalid}
};

/// A world with one drive for the suite; destroyed after the test.
class DriveFixture {
 public:
  virtual ~DriveFixture() = default;
  virtual device::Drive& drive() = 0;
  virtual Garbage garbage() const { return Garbage::taken; }
  /// The drive, and every device it opened, has something to wait for now, for longer than any test lasts. False: it never
  /// waits.
  virtual bool make_busy() { return false; }
  virtual void make_ready() {}
};

/// What every device that can be read back and its drive must do. A test program includes this once and says over
/// which:
///
///   INSTANTIATE_TEST_SUITE_P(File, DeviceConformance, testing::Values(make_directory_fixture));
class DeviceConformance : public testing::TestWithParam<std::function<std::unique_ptr<DriveFixture>()>> {
 protected:
  void SetUp() override { fixture_ = GetParam()(); }
  device::Drive& drive() { return fixture_->drive(); }
  Garbage garbage() const { return fixture_->garbage(); }
  DriveFixture& fixture() { return *fixture_; }
  bool is_loaded() { return drive().media_kind() == device::Drive::Media::loaded; }

 private:
  std::unique_ptr<DriveFixture> fixture_;
};

using device::Addressing;
using device::BlockRead;
using device::DamagedBlock;
using device::Device;
using device::Drive;
using device::EndOfData;
using device::Filemark;

/// The address behind blocks of these lengths at the beginning of a volume.
inline std::uint64_t address_behind(const Device& volume, std::initializer_list<std::size_t> lengths) {
  if (volume.addressing() != Addressing::bytes) return lengths.size();
  std::uint64_t sum = 0;
  for (const auto length : lengths) sum += length;
  return sum;
}

/// Whether there is no block at the position, file marks aside, and after that the end.
inline bool is_at_end(Device& volume) {
  Buffer buffer;
  auto outcome = volume.read_block(buffer);
  if (std::holds_alternative<Filemark>(outcome)) outcome = volume.read_block(buffer);
  return std::holds_alternative<EndOfData>(outcome);
}

inline std::size_t length_of_next(Device& volume) {
  Buffer buffer;
  const auto outcome = volume.read_block(buffer);
  const auto* read = std::get_if<BlockRead>(&outcome);
  return read != nullptr ? read->length : 0;
}

TEST_P(DeviceConformance, DoesAllThatGoesWithoutWaitingForSomebodyWhoWasCancelled) {
  drive().heed(requested_stop());
  const auto volume = drive().create("V");
  volume->heed(requested_stop());
  volume->write_block(block_of(100, 1));
  volume->write_filemark();
  volume->flush();
  volume->seek(0);
  EXPECT_EQ(length_of_next(*volume), 100U);
}

TEST_P(DeviceConformance, OpensNothingForSomebodyWhoWasCancelledButForTheNextOne) {
  drive().create("V")->write_block(block_of(100, 1));
  if (!fixture().make_busy()) GTEST_SKIP() << "never waits";
  drive().heed(requested_stop());
  for (const auto access : {Drive::Access::read, Drive::Access::append})
    EXPECT_EQ(failure_of([&] { drive().open("V", access); }), ErrorKind::cancelled);
  fixture().make_ready();
  drive().heed({});
  EXPECT_EQ(length_of_next(*drive().open("V", Drive::Access::append)), 100U);
}

TEST_P(DeviceConformance, GoesOnWithAnOpenVolumeForWhoWasNotCancelled) {
  const auto volume = drive().create("V");
  volume->write_block(block_of(100, 1));
  if (!fixture().make_busy()) GTEST_SKIP() << "never waits";
  volume->heed(requested_stop());
  EXPECT_EQ(failure_of([&] { volume->write_block(block_of(200, 2)); }), ErrorKind::cancelled);
  fixture().make_ready();
  volume->heed({});
  volume->write_block(block_of(200, 2));
  volume->flush();
  volume->seek(0);
  fixture().make_busy();
  volume->heed(requested_stop());
  EXPECT_EQ(failure_of([&] { length_of_next(*volume); }), ErrorKind::cancelled);
  fixture().make_ready();
  volume->heed({});
  volume->seek(0);
  EXPECT_EQ(length_of_next(*volume), 100U);
  EXPECT_EQ(length_of_next(*volume), 200U);
  EXPECT_TRUE(is_at_end(*volume));
}

TEST_P(DeviceConformance, FindsTheNextBlockWhateverStandsBeforeIt) {
  const auto volume = drive().create("V");
  if (volume->addressing() != device::Addressing::bytes) GTEST_SKIP() << "damage hides nothing there";
  for (std::uint8_t i = 1; i <= 3; ++i) volume->write_block(block_of(100U * i, i));
  EXPECT_EQ(volume->find_block(0), 0U);
  EXPECT_EQ(volume->find_block(1), 100U);
  EXPECT_EQ(volume->find_block(100), 100U);
  EXPECT_EQ(volume->find_block(101), 300U);
  EXPECT_EQ(volume->find_block(301), std::nullopt);
  EXPECT_EQ(volume->find_block(9999), std::nullopt);
}

TEST_P(DeviceConformance, ReadsTheBlocksThatWereWritten) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i)
    EXPECT_EQ(volume->write_block(block_of(100U * i, i)), Device::Written::ok);
  EXPECT_EQ(volume->position(), address_behind(*volume, {100, 200, 300}));
  volume->seek(0);
  Buffer buffer;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    const auto address = volume->position();
    const auto outcome = volume->read_block(buffer);
    const auto* read = std::get_if<BlockRead>(&outcome);
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(read->address, address);
    EXPECT_EQ(read->length, 100U * i);
    EXPECT_EQ(read->last_address, device::last_address(volume->addressing(), address, read->length));
    EXPECT_TRUE(equal(Bytes(buffer).first(read->length), block_of(100U * i, i)));
  }
  EXPECT_TRUE(is_at_end(*volume));
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

TEST_P(DeviceConformance, ReadsBlocksThatAreLongerThanAnyOneExpected) {
  const auto volume = drive().create("V");
  const auto long_block = block_of(5'000'000, 3);
  volume->set_block_sizes({.minimum = 0, .maximum = long_block.size()});
  volume->write_block(block_of(100, 1));
  volume->write_block(long_block);
  volume->write_block(block_of(100, 2));
  volume->flush();
  volume->seek(0);
  Buffer buffer;
  EXPECT_EQ(length_of_next(*volume), 100U);
  ASSERT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  EXPECT_TRUE(equal(Bytes(buffer).first(long_block.size()), long_block));
  EXPECT_EQ(length_of_next(*volume), 100U);
}

TEST_P(DeviceConformance, GoesToAddressesAndToTheEnd) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i) volume->write_block(block_of(100, i));
  const auto second = address_behind(*volume, {100});
  volume->seek(second);
  Buffer buffer;
  EXPECT_EQ(std::get<BlockRead>(volume->read_block(buffer)).address, second);
  volume->seek(0);
  EXPECT_EQ(std::get<BlockRead>(volume->read_block(buffer)).address, 0U);
  EXPECT_EQ(volume->seek_to_end(), address_behind(*volume, {100, 100, 100}));
  volume->write_block(block_of(50, 4));
  EXPECT_EQ(volume->seek_to_end(), address_behind(*volume, {100, 100, 100, 50}));
  volume->seek(address_behind(*volume, {100, 100, 100}));
  EXPECT_EQ(length_of_next(*volume), 50U);
}

TEST_P(DeviceConformance, KnowsHowMuchIsOnAVolume) {
  const auto volume = drive().create("V");
  volume->write_block(block_of(100, 1));
  volume->write_block(block_of(70, 2));
  const auto size = volume->size();
  EXPECT_EQ(size.has_value(), volume->addressing() != Addressing::files_and_blocks);
  if (size) {
    EXPECT_EQ(*size, 170U);
  }
}

TEST_P(DeviceConformance, EndsFilesWhereItHasSuch) {
  const auto volume = drive().create("V");
  volume->write_block(block_of(100, 1));
  EXPECT_EQ(volume->write_filemark(), Device::Written::ok);
  const auto behind = volume->position();
  volume->write_block(block_of(200, 2));
  volume->write_filemark();
  EXPECT_EQ(volume->seek_to_end(), volume->position());
  const bool has_marks = volume->addressing() == Addressing::files_and_blocks;
  EXPECT_EQ(behind, has_marks ? 1ULL << 32 : address_behind(*volume, {100}));
  volume->seek(behind);
  EXPECT_EQ(length_of_next(*volume), 200U);
  volume->seek(0);
  EXPECT_EQ(length_of_next(*volume), 100U);
  Buffer buffer;
  EXPECT_EQ(std::holds_alternative<Filemark>(volume->read_block(buffer)), has_marks);
}

TEST_P(DeviceConformance, KeepsVolumesAfterClosing) {
  std::uint64_t end = 0;
  {
    const auto volume = drive().create("V");
    volume->write_block(block_of(100, 1));
    volume->flush();
    end = volume->position();
  }
  if (!is_loaded()) drive().create("W");
  {
    const auto volume = drive().open("V", Drive::Access::append);
    EXPECT_EQ(volume->seek_to_end(), end);
    volume->write_block(block_of(100, 2));
    volume->flush();
    end = volume->position();
  }
  EXPECT_EQ(drive().open("V", Drive::Access::read)->seek_to_end(), end);
  EXPECT_EQ(drive().create("V")->seek_to_end(), end) << "creating what exists keeps it";
}

TEST_P(DeviceConformance, StartsAnewAtTheBeginning) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i) volume->write_block(block_of(100, i));
  volume->truncate(0);
  EXPECT_EQ(volume->position(), 0U);
  volume->write_block(block_of(70, 9));
  EXPECT_EQ(volume->seek_to_end(), address_behind(*volume, {70}));
  volume->seek(0);
  EXPECT_EQ(length_of_next(*volume), 70U);
  EXPECT_TRUE(is_at_end(*volume));
}

TEST_P(DeviceConformance, TruncatesToAnAddress) {
  const auto volume = drive().create("V");
  for (std::uint8_t i = 1; i <= 3; ++i) volume->write_block(block_of(100, i));
  const auto address = address_behind(*volume, {100, 100});
  if (volume->addressing() == Addressing::files_and_blocks) {
    EXPECT_THROW(volume->truncate(address), Error);
    return;
  }
  volume->truncate(address);
  EXPECT_EQ(volume->position(), address);
  EXPECT_EQ(volume->seek_to_end(), address);
  volume->write_block(block_of(70, 9));
  volume->seek(address);
  EXPECT_EQ(length_of_next(*volume), 70U);
}

TEST_P(DeviceConformance, TellsDamageFromData) {
  if (garbage() == Garbage::refused) GTEST_SKIP() << "takes whole blocks only";
  const auto volume = drive().create("V");
  // On tapes the block is filled up to 1024 bytes; it lacks some even so.
  volume->write_block(block_of(100, 1));
  const auto second = volume->position();
  volume->write_block(Bytes(block_of(3000, 2)).first(60));
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  const auto outcome = volume->read_block(buffer);
  ASSERT_TRUE(std::holds_alternative<DamagedBlock>(outcome));
  EXPECT_EQ(std::get<DamagedBlock>(outcome).address, second);
  EXPECT_TRUE(is_at_end(*volume));
}

TEST_P(DeviceConformance, TakesGarbageForDamage) {
  const auto volume = drive().create("V");
  const Buffer nonsense(500, std::byte{0x55});
  if (garbage() == Garbage::refused) {
    EXPECT_THROW(volume->write_block(nonsense), Error);
    return;
  }
  volume->write_block(nonsense);
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<DamagedBlock>(volume->read_block(buffer)));
  EXPECT_TRUE(is_at_end(*volume));
}

TEST_P(DeviceConformance, KnowsWhichVolumesThereAre) {
  if (is_loaded()) {
    EXPECT_TRUE(drive().has("any name"));
    EXPECT_NE(drive().open("any name", Drive::Access::read), nullptr);
    return;
  }
  EXPECT_FALSE(drive().has("V"));
  EXPECT_THROW(drive().open("V", Drive::Access::read), Error);
  const auto behind = [&] {
    const auto volume = drive().create("V");
    volume->write_block(block_of(100, 1));
    volume->flush();
    return volume->position();
  }();
  EXPECT_TRUE(drive().has("V"));
  drive().rename("V", "W");
  EXPECT_FALSE(drive().has("V"));
  EXPECT_EQ(drive().open("W", Drive::Access::read)->seek_to_end(), behind);
}

}  // namespace holdfast::testing_support

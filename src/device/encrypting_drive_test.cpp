// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/encrypting_drive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/device/forwarding_drive.h"
#include "testing/device/memory_tape.h"
#include "testing/device/scsi_tape_double.h"

namespace holdfast::device {
namespace {

using testing_support::block_of;
using testing_support::ForwardingDrive;
using testing_support::MemoryTape;

const std::string key(32, 'k');

/// The text in the catalog is the key, unless it is "bad".
Buffer read_key(std::string_view text) {
  if (text == "bad") throw Error(ErrorKind::invalid, "the key cannot be used");
  return to_buffer(text);
}

struct World {
  MemoryTape tape;
  ScsiTapeDouble* scsi = nullptr;
  std::unique_ptr<EncryptingDrive> drive;

  World() {
    auto transport = std::make_unique<ScsiTapeDouble>();
    scsi = transport.get();
    drive = std::make_unique<EncryptingDrive>(std::make_unique<ForwardingDrive>(tape.drive()),
                                              std::move(transport), read_key);
  }
  bool encrypts() const { return scsi->encrypting == 2 && as_text(scsi->key) == key; }
  bool is_open() const { return scsi->encrypting == 0 && scsi->key.empty(); }
};

TEST(EncryptingDrive, EncryptsEverythingButTheLabel) {
  World world;
  const auto medium = world.drive->create("V");
  medium->write_block(block_of(100, 1));
  EXPECT_TRUE(world.is_open());
  world.drive->use_key(key);
  medium->write_filemark();
  medium->write_block(block_of(200, 2));
  EXPECT_TRUE(world.encrypts());
  Buffer buffer;
  medium->seek(0);
  medium->read_block(buffer);
  EXPECT_TRUE(world.is_open());
  medium->read_block(buffer);
  EXPECT_TRUE(world.encrypts());
}

TEST(EncryptingDrive, WritesTheLabelOfARecycledVolumeWithoutKey) {
  World world;
  world.drive->use_key(key);
  const auto medium = world.drive->create("V");
  medium->write_block(block_of(100, 1));
  medium->write_block(block_of(200, 2));
  EXPECT_TRUE(world.encrypts());
  medium->truncate(0);
  medium->write_block(block_of(100, 3));
  EXPECT_TRUE(world.is_open());
}

TEST(EncryptingDrive, LoadsTheKeyOnceForAllBlocks) {
  World world;
  world.drive->use_key(key);
  const auto medium = world.drive->create("V");
  for (std::uint8_t i = 0; i < 10; ++i) medium->write_block(block_of(100, i));
  EXPECT_EQ(world.scsi->key_instances, 1U);
}

TEST(EncryptingDrive, ForgetsTheKeyWithTheVolume) {
  World world;
  world.drive->use_key(key);
  world.drive->create("V")->write_block(block_of(100, 1));
  {
    const auto medium = world.drive->open("V", Drive::Access::append);
    medium->seek_to_end();
    medium->write_block(block_of(100, 2));
    EXPECT_TRUE(world.encrypts());
  }
  world.drive->unload();
  EXPECT_TRUE(world.is_open());
}

TEST(EncryptingDrive, LeavesVolumesWithoutKeyOpen) {
  World world;
  world.scsi->encrypting = 2;  // left behind by somebody
  world.drive->use_key("");
  const auto medium = world.drive->create("V");
  for (std::uint8_t i = 0; i < 3; ++i) medium->write_block(block_of(100, i));
  EXPECT_TRUE(world.is_open());
}

TEST(EncryptingDrive, TakesTheKeyOfTheNextVolume) {
  World world;
  world.drive->use_key(std::string(32, 'a'));
  const auto medium = world.drive->create("V");
  medium->write_block(block_of(100, 1));
  medium->write_block(block_of(100, 2));
  world.drive->use_key(key);
  EXPECT_TRUE(world.is_open());
  medium->write_block(block_of(100, 3));
  EXPECT_TRUE(world.encrypts());
}

TEST(EncryptingDrive, RefusesKeysAndDrivesThatCannotBeUsed) {
  World world;
  EXPECT_THROW(world.drive->use_key("bad"), Error);
  world.scsi->can_encrypt = false;
  EXPECT_THROW(world.drive->open("V", Drive::Access::append), Error);
}

}  // namespace
}  // namespace holdfast::device

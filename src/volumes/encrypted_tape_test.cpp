// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include "base/error.h"
#include "device/encrypting_drive.h"
#include "testing/base/thrown.h"
#include "testing/device/forwarding_drive.h"
#include "testing/device/scsi_tape_double.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using testing::HasSubstr;
using testing_support::some_files;
using testing_support::thrown_message;
using testing_support::VolumeWorld;

const std::string key(32, 'k');

/// A device whose drive encrypts; "bad" is a key that cannot be used.
struct EncryptingWorld : VolumeWorld {
  device::ScsiTapeDouble* scsi = nullptr;

  EncryptingWorld() {
    auto transport = std::make_unique<device::ScsiTapeDouble>();
    scsi = transport.get();
    const auto read_key = [](std::string_view text) {
      if (text == "bad") throw Error(ErrorKind::invalid, "its encryption key cannot be used");
      return to_buffer(text);
    };
    device = std::make_unique<StorageDevice>(
        settings,
        std::make_unique<device::EncryptingDrive>(std::make_unique<testing_support::ForwardingDrive>(shelf),
                                                  std::move(transport), read_key));
  }
};

TEST(EncryptedTape, GetsTheKeyThatTheCatalogHas) {
  EncryptingWorld world;
  const auto open = world.append(some_files(2, 1));
  EXPECT_EQ(world.scsi->key_instances, 0U);
  world.catalog.record("V-0001").encryption_key = key;
  const auto session = world.append(some_files(2, 2));
  EXPECT_EQ(world.scsi->key_instances, 1U);
  EXPECT_EQ(as_text(world.scsi->key), key);
  world.scsi->key_instances = 0;
  EXPECT_EQ(world.read(session), some_files(2, 2));
  EXPECT_EQ(world.scsi->key_instances, 1U);
  EXPECT_EQ(world.read(open), some_files(2, 1));
}

TEST(EncryptedTape, WhoseKeyCannotBeUsedEndsTheJobAndIsNotMarked) {
  EncryptingWorld world;
  const auto session = world.append(some_files(2, 1));
  world.catalog.record("V-0001").encryption_key = "bad";
  EXPECT_THAT(thrown_message([&] { world.append(some_files(2, 2)); }),
              HasSubstr("Volume \"V-0001\" on device \"D\" (/memory): its encryption key cannot be used"));
  EXPECT_THAT(thrown_message([&] { world.read(session); }), HasSubstr("its encryption key cannot be used"));
  EXPECT_EQ(world.catalog.record("V-0001").status, "Append");
  EXPECT_EQ(world.device->state().writers, 0U);
  EXPECT_EQ(world.device->state().readers, 0U);
}

TEST(EncryptedTape, GivesItsKeyToWhoeverKeepsKeysAndOnlyWarnsWhereThatFails) {
  EncryptingWorld world;
  std::vector<std::string> kept;
  world.device->keep_keys([&](const std::string& volume, const std::string& text) {
    kept.push_back(volume + " " + text);
    if (kept.size() > 1) throw Error(ErrorKind::no_space, "disk is full");
  });
  world.append(some_files(2, 1));
  EXPECT_THAT(kept, testing::IsEmpty()) << "a volume without key";
  world.catalog.record("V-0001").encryption_key = key;
  const auto session = world.append(some_files(2, 2));
  EXPECT_THAT(kept, testing::ElementsAre("V-0001 " + key));
  EXPECT_EQ(world.read(session), some_files(2, 2));
  EXPECT_THAT(world.log.text(),
              HasSubstr("The encryption key of Volume \"V-0001\" is not kept for the volume "
                        "tools: disk is full"));
}

}  // namespace
}  // namespace holdfast::volumes

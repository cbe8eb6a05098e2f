// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/encryption_status.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "device/drive_encryption.h"
#include "os/system_clock.h"
#include "testing/device/scsi_tape_double.h"
#include "testing/volumes/volume_world.h"
#include "volumes/storage_device.h"

namespace holdfast::volumes {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct StatusWorld : testing_support::VolumeWorld {
  os::SystemClock system_clock;
  bool is_encrypted = false, is_there = true;
  int asked = 0;
  EncryptionStatus status{[this]() -> std::unique_ptr<os::ScsiTransport> {
                            ++asked;
                            if (!is_there) throw Error(ErrorKind::io, "cannot open /dev/sg3");
                            auto drive = std::make_unique<device::ScsiTapeDouble>();
                            if (is_encrypted) device::set_key(*drive, as_bytes(std::string(32, 'k')));
                            drive->is_block_encrypted = is_encrypted;
                            return drive;
                          },
                          system_clock};

  void mount() {
    device->shared_state().with([](DeviceState& state) { state.volume = "V-0001"; });
  }
  void set_writers(unsigned writers) {
    device->shared_state().with([&](DeviceState& state) { state.writers = writers; });
  }
};

TEST(EncryptionStatus, TellsOfTheDriveAndOfAMountedVolume) {
  StatusWorld world;
  EXPECT_THAT(world.status.paragraphs(*world.device),
              ElementsAre(StartsWith("Drive encryption status:\n    What is written is not encrypted;")));
  world.mount();
  world.is_encrypted = true;
  EXPECT_THAT(world.status.paragraphs(*world.device),
              ElementsAre(StartsWith("Drive encryption status:\n    What is written is encrypted;"),
                          AllOf(StartsWith("Volume encryption status:\n    Block "),
                                HasSubstr("is encrypted, and can be read with the key that is loaded.\n"))));
}

TEST(EncryptionStatus, DoesNotAskADriveThatAJobUsesButTellsWhatItKnows) {
  StatusWorld world;
  world.set_writers(1);
  EXPECT_THAT(world.status.paragraphs(*world.device),
              ElementsAre("Drive encryption status:\n    The drive is in use and is not asked.\n"));
  EXPECT_EQ(world.asked, 0);
  world.set_writers(0);
  world.status.paragraphs(*world.device);
  const auto turn = world.device->take_turn({});
  EXPECT_THAT(world.status.paragraphs(*world.device),
              ElementsAre(HasSubstr("What is written is not encrypted"), HasSubstr("this was so ")));
  EXPECT_EQ(world.asked, 1);
}

TEST(EncryptionStatus, SaysThatADriveCannotBeReached) {
  StatusWorld world;
  world.is_there = false;
  world.mount();
  EXPECT_THAT(world.status.paragraphs(*world.device),
              ElementsAre("Drive encryption status:\n    Not known: cannot open /dev/sg3\n"));
}

TEST(EncryptionStatus, KnowsThatAnEmulatedDriveDoesNotEncrypt) {
  StatusWorld world;
  world.mount();
  EncryptionStatus emulated({}, world.system_clock);
  EXPECT_THAT(emulated.paragraphs(*world.device),
              ElementsAre(HasSubstr("What is written is not encrypted"),
                          "Volume encryption status:\n    It is not encrypted.\n"));
}

}  // namespace
}  // namespace holdfast::volumes

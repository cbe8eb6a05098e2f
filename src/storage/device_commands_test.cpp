// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/device_commands.h"

#include <gmock/gmock.h>

#include <thread>

#include "testing/device/memory_library.h"
#include "testing/storage/storage_world.h"
#include "testing/volumes/memory_catalog.h"
#include "volumes/autochanger.h"
#include "volumes/operator_wait.h"

namespace holdfast::storage {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace testing_support;
using volumes::Blocked;
using volumes::DeviceState;

/// A daemon with a directory of volumes (FileStorage) and a library with two drives (Changer: Drive-0, Drive-1).
struct DeviceCommandsTest : testing::Test {
  MemoryLibrary library{5};
  StorageWorld world;
  std::unique_ptr<volumes::Autochanger> changer;
  std::string said;
  DeviceCommands commands{*world.context, [this](std::string_view text) { said += text; }, {}};

  DeviceCommandsTest() {
    changer =
        std::make_unique<volumes::Autochanger>("Changer", std::make_unique<MemoryLibrary::Robot>(library));
    std::vector<volumes::StorageDevice*> drives;
    for (unsigned number = 0; number < 2; ++number) {
      const auto name = "Drive-" + std::to_string(number);
      world.devices.add(std::make_unique<volumes::StorageDevice>(
          volumes::DeviceSettings{.name = name,
                                  .archive = "/dev/nst" + std::to_string(number),
                                  .media_type = "LTO",
                                  .drive_index = number},
          std::make_unique<MemoryLibrary::LibraryDrive>(library, number)));
      drives.push_back(world.devices.find(name));
      changer->add(*drives.back());
      drives.back()->set_changer(*changer);
    }
    world.devices.add_group("Changer", drives);
    for (unsigned slot = 1; slot <= 3; ++slot) library.put(slot, "BAR" + std::to_string(slot));
  }
  std::string say(std::string_view command) {
    said.clear();
    commands.serve(command);
    return said;
  }
  volumes::StorageDevice& device(std::string_view name) { return *world.devices.find(name); }
  void change(std::string_view name, const std::function<void(DeviceState&)>& what) {
    device(name).shared_state().with([&](DeviceState& state) { what(state); });
  }
  void block(std::string_view name, Blocked why) {
    change(name, [&](DeviceState& state) { state.blocked = why; });
  }
  std::string label(const std::string& volume, int slot, int drive = 0) {
    return say("label Changer VolumeName=" + volume + " PoolName=Full MediaType=LTO Slot=" +
               std::to_string(slot) + " drive=" + std::to_string(drive) + " MinBlocksize=0 MaxBlocksize=0");
  }
};

constexpr std::string_view file_label =
    "label FileStorage VolumeName=V1 PoolName=Full MediaType=File Slot=0 drive=0 MinBlocksize=0 "
    "MaxBlocksize=0";

TEST_F(DeviceCommandsTest, LabelANewFileVolumeOnce) {
  EXPECT_THAT(say(file_label), AllOf(HasSubstr("3000 OK label. VolFiles=0 VolBytes="),
                                     HasSubstr(" Volume=\"V1\" Device=\"FileStorage\" (/srv/demo/vols)\n")));
  EXPECT_EQ(say(file_label), "3920 Cannot label Volume because it is already labeled: \"V1\"\n");
}

TEST_F(DeviceCommandsTest, RelabelAndRenameAFile) {
  say(file_label);
  EXPECT_THAT(say("relabel FileStorage OldName=V1 NewName=V2 PoolName=Full MediaType=File Slot=0 drive=0 "
                  "MinBlocksize=0 MaxBlocksize=0"),
              HasSubstr("3000 OK label."));
  EXPECT_FALSE(world.shelf.has("V1"));
  EXPECT_TRUE(world.shelf.has("V2"));
}

TEST_F(DeviceCommandsTest, LeaveAVolumeAloneWithWhichAnotherDeviceOfTheDirectoryWorks) {
  say(file_label);
  world.add_device("Second", "File");
  const auto relabel = [&](const std::string& on) {
    return say(
        "relabel " + on +
        " OldName=V1 NewName=V2 PoolName=Full MediaType=File Slot=0 drive=0 MinBlocksize=0 MaxBlocksize=0");
  };
  auto reading = device("FileStorage").claim("V1", volumes::VolumeClaim::Use::read);
  EXPECT_EQ(
      relabel("Second"),
      "3912 Failed to label Volume: ERR=Device \"FileStorage\" (/srv/demo/vols) works with Volume \"V1\"\n");
  reading->release();
  EXPECT_THAT(relabel("Second"), HasSubstr("3000 OK label."));
}

TEST_F(DeviceCommandsTest, SayWhatKeepsALabelFromBeingWritten) {
  EXPECT_EQ(label("X", 0), "3914 Failed to label Volume (no media): ERR=No medium found\n");
  world.faults = {.fail_at = 0};
  EXPECT_THAT(say(file_label),
              HasSubstr("3910 Unable to open device \"\"FileStorage\" (/srv/demo/vols)\": ERR="));
}

TEST_F(DeviceCommandsTest, LoadTheSlotThatIsLabelled) {
  EXPECT_THAT(label("Tape-2", 2),
              AllOf(HasSubstr("3304 Issuing autochanger \"load slot 2, drive 0\" command.\n"
                              "3305 Autochanger \"load slot 2, drive 0\", status is OK.\n"
                              "3000 OK label. VolFiles=0 VolBytes="),
                    HasSubstr(" Volume=\"Tape-2\" Device=\"Drive-0\" (/dev/nst0)\n")));
  EXPECT_EQ(library.in_drive(0), "BAR2");
  EXPECT_THAT(label("Again", 2),
              HasSubstr("3920 Cannot label Volume because it is already labeled: \"Tape-2\"\n"));
  EXPECT_EQ(say("readlabel Changer Slot=2 drive=0\n"), "3001 Volume=Tape-2 Slot=2\n");
  EXPECT_THAT(label("Tape-3", 3),
              HasSubstr("3307 Issuing autochanger \"unload slot 2, drive 0\" command.\n"));
}

TEST_F(DeviceCommandsTest, SayWhenASlotIsEmpty) {
  EXPECT_THAT(label("Tape-5", 5), HasSubstr("3912 Failed to label Volume: ERR=Slot 5 is empty\n"));
  EXPECT_THAT(say("readlabel Changer Slot=5 drive=0\n"),
              HasSubstr("3902 Cannot mount Volume on Storage Device \"\"Drive-0\" (/dev/nst0)\" "
                        "because:\nSlot 5 is empty\n"));
}

TEST_F(DeviceCommandsTest, TakeAVolumeFromAnotherDriveThatIsIdle) {
  label("Tape-1", 1, 0);
  EXPECT_EQ(library.in_drive(0), "BAR1");
  EXPECT_THAT(say("readlabel Changer Slot=1 drive=1\n"), HasSubstr("3001 Volume=Tape-1 Slot=1\n"));
  EXPECT_EQ(library.in_drive(0), "");
  EXPECT_EQ(library.in_drive(1), "BAR1");
}

TEST_F(DeviceCommandsTest, MountAndUnmountADrive) {
  label("Tape-1", 1);
  EXPECT_EQ(say("mount Changer drive=0\n"),
            "3001 Device \"Drive-0\" (/dev/nst0) is already mounted with Volume \"Tape-1\"\n");
  EXPECT_EQ(say("mount Changer drive=0\n"),
            "3001 Device \"Drive-0\" (/dev/nst0) is mounted with Volume \"Tape-1\"\n");
  EXPECT_THAT(say("unmount Changer drive=0\n"),
              HasSubstr("3002 Device \"\"Drive-0\" (/dev/nst0)\" unmounted.\n"));
  EXPECT_EQ(library.in_drive(0), "");
  EXPECT_EQ(device("Drive-0").state().blocked, Blocked::by_user);
  EXPECT_EQ(say("unmount Changer drive=0\n"),
            "3901 Device \"\"Drive-0\" (/dev/nst0)\" is already unmounted.\n");
  EXPECT_THAT(label("Tape-9", 2), "3931 Device \"\"Drive-0\" (/dev/nst0)\" is BLOCKED. user unmounted.\n");
  EXPECT_THAT(say("mount Changer drive=0 slot=1\n"),
              HasSubstr("3001 Device \"Drive-0\" (/dev/nst0) is mounted with Volume \"Tape-1\"\n"));
  EXPECT_EQ(device("Drive-0").state().blocked, Blocked::no);
}

TEST_F(DeviceCommandsTest, MountSaysWhatIsNoVolumeAndWhatIsNotThere) {
  EXPECT_EQ(say("mount Changer drive=1\n"),
            "3901 Unable to open device \"Drive-1\" (/dev/nst1): ERR=No medium found\n");
  EXPECT_THAT(
      say("mount Changer drive=1 slot=3\n"),
      HasSubstr("3905 Device \"Drive-1\" (/dev/nst1) open but no Bareos volume is mounted.\nIf this is not a "
                "blank tape, try unmounting and remounting the Volume.\n"));
}

TEST_F(DeviceCommandsTest, ReleaseForgetsTheLabel) {
  label("Tape-1", 1);
  EXPECT_EQ(say("release Changer drive=0\n"), "3921 Device \"\"Drive-0\" (/dev/nst0)\" already released.\n");
  say("mount Changer drive=0\n");
  EXPECT_EQ(say("release Changer drive=0\n"), "3022 Device \"\"Drive-0\" (/dev/nst0)\" released.\n");
  EXPECT_EQ(device("Drive-0").state().volume, "");
}

struct Answer {
  Blocked blocked;
  const char* command;
  const char* reply;
};

TEST_F(DeviceCommandsTest, AnswerInEveryState) {
  const std::string name = "\"Drive-0\" (/dev/nst0)";
  for (const auto& [blocked, command, reply] :
       {Answer{Blocked::waiting_for_volume, "mount", "3001 OK mount requested. Device=#\n"},
        Answer{Blocked::waiting_for_mount, "mount", "3001 OK mount requested. Device=#\n"},
        Answer{Blocked::by_user_while_waiting, "mount", "3001 OK mount requested. Device=#\n"},
        Answer{Blocked::labelling, "mount", "3903 Device # is being labeled.\n"},
        Answer{Blocked::waiting_for_volume, "unmount", "3001 Device \"#\" unmounted.\n"},
        Answer{Blocked::waiting_for_mount, "unmount", "3001 Device \"#\" unmounted.\n"},
        Answer{Blocked::labelling, "unmount", "3903 Device \"#\" is being labeled.\n"},
        Answer{Blocked::by_user, "unmount", "3901 Device \"#\" is already unmounted.\n"},
        Answer{Blocked::waiting_for_volume, "release", "3922 Device \"#\" waiting for sysop.\n"},
        Answer{Blocked::waiting_for_mount, "release", "3922 Device \"#\" waiting for mount.\n"},
        Answer{Blocked::labelling, "release", "3914 Device \"#\" is being labeled.\n"}}) {
    block("Drive-0", blocked);
    std::string expected = reply;
    expected.replace(expected.find('#'), 1, name);
    EXPECT_EQ(say(std::string(command) + " Changer drive=0\n"), expected);
  }
  block("Drive-0", Blocked::no);
  const auto turn = device("Drive-0").take_turn({});
  EXPECT_EQ(say("mount Changer drive=0\n"), "3001 Device " + name + " is doing acquire.\n");
  EXPECT_EQ(say("unmount Changer drive=0\n"), "3902 Device \"" + name + "\" is busy in acquire.\n");
  change("Drive-0", [](DeviceState& state) { state.volume = "X"; });
  EXPECT_EQ(say("release Changer drive=0\n"), "3923 Device \"" + name + "\" is busy in acquire.\n");
}

TEST_F(DeviceCommandsTest, LeaveBusyDevicesAlone) {
  change("Drive-0", [](DeviceState& state) {
    state.volume = "Tape-1";
    state.writers = 2;
    state.reserved = 1;
  });
  const std::string busy = "3937 Device \"\"Drive-0\" (/dev/nst0)\" is busy with writers=2 reserved=1.\n";
  EXPECT_EQ(label("X", 1), busy);
  EXPECT_EQ(say("unmount Changer drive=0\n"), busy);
  EXPECT_EQ(say("release Changer drive=0\n"), busy);
  EXPECT_EQ(say("mount Changer drive=0\n"),
            "3001 Device \"Drive-0\" (/dev/nst0) is mounted with Volume \"Tape-1\"\n");
  change("Drive-0", [](DeviceState& state) {
    state.writers = state.reserved = 0;
    state.readers = 1;
  });
  EXPECT_EQ(label("X", 1), "3936 Device \"\"Drive-0\" (/dev/nst0)\" is busy reading.\n");
  EXPECT_THAT(library.moves, IsEmpty());
}

TEST_F(DeviceCommandsTest, UnmountDuringAWaitStopsItUntilMount) {
  auto& drive = device("Drive-0");
  MemoryLog log;
  std::optional<volumes::OperatorWait::Woken> woken;
  std::jthread job([&] {
    auto turn = drive.take_turn({});
    volumes::OperatorWait wait(drive, "job.1", log, world.clock, {});
    woken = wait.wait(
        turn, {.use = volumes::WantedMedium::Use::append, .volume = "", .pool = "Full", .media_type = "LTO"});
  });
  while (drive.state().blocked != Blocked::waiting_for_volume) std::this_thread::yield();
  auto turn = drive.take_turn({});  // the job has given it up
  turn.release();
  EXPECT_EQ(say("unmount Changer drive=0\n"), "3001 Device \"\"Drive-0\" (/dev/nst0)\" unmounted.\n");
  EXPECT_EQ(drive.state().blocked, Blocked::by_user_while_waiting);
  EXPECT_EQ(
      label("X", 1),
      "3932 Device \"\"Drive-0\" (/dev/nst0)\" is BLOCKED. user unmounted during wait for media/mount.\n");
  EXPECT_EQ(say("mount Changer drive=0 slot=1\n"),
            "3001 OK mount requested. Specified slot ignored. Device=\"Drive-0\" (/dev/nst0)\n");
  job.join();
  EXPECT_EQ(woken, volumes::OperatorWait::Woken::by_operator);
  EXPECT_EQ(drive.state().blocked, Blocked::no);
}

TEST_F(DeviceCommandsTest, TellWhatIsInALibrary) {
  label("Tape-1", 1, 1);
  EXPECT_EQ(say("autochanger drives Changer\n"), "drives=2\n");
  EXPECT_EQ(say("autochanger slots Changer\n"), "3306 Issuing autochanger \"slots\" command.\nslots=5");
  EXPECT_EQ(say("autochanger list Changer \n"),
            "3306 Issuing autochanger \"list\" command.\n2:BAR2\n3:BAR3\n");
  EXPECT_EQ(say("autochanger listall Changer \n"),
            "3306 Issuing autochanger \"listall\" "
            "command.\nD:1:F:1:BAR1\nS:1:E\nS:2:F:BAR2\nS:3:F:BAR3\nS:4:E\nS:5:E\n");
}

TEST_F(DeviceCommandsTest, TransferBetweenSlots) {
  EXPECT_EQ(say("autochanger transfer Changer 2 4 \n"),
            "3306 Issuing autochanger transfer command.\nmoved\n"
            "3308 Successfully transferred volume from slot 2 to 4.\n");
  EXPECT_EQ(say("autochanger transfer Changer 2 4 \n"),
            "3306 Issuing autochanger transfer command.\nsource is empty\n"
            "3998 Autochanger error: ERR=Child exited with code 1\n");
}

TEST_F(DeviceCommandsTest, SayWhatARobotSaysThatIsBroken) {
  library.fault = "Child exited with code 7";
  EXPECT_EQ(say("autochanger list Changer \n"),
            "3306 Issuing autochanger \"list\" command.\nthe robot is broken\n"
            "3998 Autochanger error: ERR=Child exited with code 7\n");
  EXPECT_THAT(label("X", 1), HasSubstr("3998 Autochanger error: ERR=Child exited with code 7\n"));
  library.fault.clear();
  EXPECT_THAT(label("X", 1), HasSubstr("3000 OK label."));
}

TEST_F(DeviceCommandsTest, RefuseWhatIsNoChangerOrNoDevice) {
  EXPECT_EQ(say("autochanger slots FileStorage\n"),
            "3998 Device \"\"FileStorage\" (/srv/demo/vols)\" is not an autochanger.\n");
  EXPECT_EQ(say("autochanger dance Changer\n"),
            "3908 Error scanning autochanger drives/list/slots command: autochanger dance Changer\n");
  EXPECT_EQ(say("unmount Nobody drive=0\n"), "3999 Device \"Nobody\" not found or could not be opened.\n");
  EXPECT_EQ(say("mount Changer drive=7\n"), "3999 Device Changer not found or could not be opened.\n");
  EXPECT_EQ(say("label x\n"), "3903 Error scanning label command: label x\n");
}

TEST_F(DeviceCommandsTest, TakeTheFirstDriveWithAutoSelectWhereNoneIsNamed) {
  change("Drive-0", [](DeviceState& state) { state.auto_select = false; });
  EXPECT_THAT(label("Tape-1", 1, -1), HasSubstr("Device=\"Drive-1\" (/dev/nst1)\n"));
}

}  // namespace
}  // namespace holdfast::storage

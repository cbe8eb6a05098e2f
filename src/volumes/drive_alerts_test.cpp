// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/drive_alerts.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/device/scsi_tape_double.h"
#include "testing/volumes/volume_world.h"

namespace holdfast::volumes {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing_support::MemoryLog;
using testing_support::some_files;
using testing_support::VolumeWorld;

const device::ChangerErrand errand{.volume = "Full 1", .job = "job.1", .client = "fd"};

std::string said(DriveAlerts& alerts) {
  MemoryLog log;
  alerts.tell(errand, log);
  return log.text();
}

TEST(AlertCommand, PassesOnEveryLineWithTheCodesReplaced) {
  AlertCommand command({.command = "printf '[%%s]\n' %a %c %D %d %f %j %v %x",
                        .archive_device = "/dev/nst0",
                        .changer_device = "/dev/sg4",
                        .diagnostic_device = "/dev/sg3",
                        .drive_index = 2});
  EXPECT_EQ(
      said(command),
      "Alert: [/dev/nst0]\nAlert: [/dev/sg4]\nAlert: [/dev/sg3]\nAlert: [2]\nAlert: [fd]\nAlert: [job.1]\n"
      "Alert: [Full 1]\nAlert: [%x]\n");
}

TEST(AlertCommand, ThatFailsIsToldWithWhatItSaid) {
  AlertCommand failing({.command = "sh -c 'echo oops; exit 3'"});
  EXPECT_EQ(said(failing),
            "Alert: oops\n3997 Bad alert command: sh -c echo oops; exit 3: ERR=Child exited with code 3.\n");
  AlertCommand missing({.command = "/no/such/program %a", .archive_device = "/dev/nst0"});
  EXPECT_EQ(said(missing),
            "3997 Bad alert command: /no/such/program /dev/nst0: ERR=No such file or directory.\n");
}

TEST(AlertCommand, ThatHangsIsEnded) {
  AlertCommand hanging({.command = "sleep 1000", .limit = std::chrono::milliseconds(20)});
  EXPECT_THAT(said(hanging), HasSubstr("ERR=Child was ended because it took longer than"));
}

TEST(TapeAlertLog, TellsWhatTheDriveHasToSay) {
  TapeAlertLog alerts("Drive-1", [] {
    auto drive = std::make_unique<device::ScsiTapeDouble>();
    drive->alerts = {4, 21};
    return drive;
  });
  EXPECT_THAT(
      said(alerts),
      AllOf(HasSubstr("TapeAlert on device \"Drive-1\" with volume \"Full 1\": [4] Media\n"),
            HasSubstr("TapeAlert on device \"Drive-1\" with volume \"Full 1\": [21] Clean periodic\n")));
}

TEST(TapeAlertLog, SaysWhenItCannotAsk) {
  TapeAlertLog alerts("Drive-1", []() -> std::unique_ptr<os::ScsiTransport> {
    throw Error(ErrorKind::not_found, "cannot open /dev/sg9: No such file or directory");
  });
  EXPECT_EQ(said(alerts),
            "Warning: TapeAlerts of device \"Drive-1\" cannot be read: cannot open /dev/sg9: No such file or "
            "directory\n");
}

TEST(DriveAlerts, AreToldWhenTheLastJobLeavesTheDevice) {
  VolumeWorld world;
  world.device->set_alerts(
      std::make_unique<AlertCommand>(AlertCommand::Settings{.command = "echo dust on %v"}));
  const auto session = world.append(some_files(2, 1));
  EXPECT_THAT(world.log.text(), EndsWith("Alert: dust on V-0001\n"));
  const auto before = world.log.text().size();
  world.read(session);
  EXPECT_THAT(world.log.text().substr(before), EndsWith("Alert: dust on V-0001\n"));
}

TEST(DriveAlerts, AreToldAfterAFailureToo) {
  VolumeWorld world;
  world.device->set_alerts(std::make_unique<AlertCommand>(AlertCommand::Settings{.command = "echo dust"}));
  world.catalog.set_max_bytes(300);
  EXPECT_ANY_THROW(world.append(some_files(2, 1)));
  EXPECT_THAT(world.log.text(), HasSubstr("Alert: dust\n"));
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/tape_alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/base/hex.h"
#include "testing/base/thrown.h"
#include "testing/device/scsi_tape_double.h"

namespace holdfast::device {
namespace {

using testing::StartsWith;
using testing_support::from_hex;
using testing_support::thrown_kind;

TEST(TapeAlert, IsReadFromTheDriveAndClearedByThat) {
  ScsiTapeDouble drive;
  drive.alerts = {1, 20, 64};
  EXPECT_EQ(read_alerts(drive), 1ULL | 1ULL << 19 | 1ULL << 63);
  EXPECT_EQ(read_alerts(drive), 0U);
}

TEST(TapeAlert, TellsTheOperatorWhatToDo) {
  const auto alerts = alerts_in(1ULL << 19 | 1ULL << 60);
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].severity, TapeAlert::Severity::critical);
  EXPECT_EQ(message(alerts[0], "Drive-1", "Full-0001"),
            "TapeAlert on device \"Drive-1\" with volume \"Full-0001\": [20] Clean now\n"
            "Clean the drive now: the job ended or is about to, because of dirt.\nPossible cause: The heads "
            "are dirty\n");
  EXPECT_THAT(message(alerts[1], "Drive-1", ""),
              StartsWith("TapeAlert on device \"Drive-1\" with volume \"\": [61] Reserved"));
}

TEST(TapeAlert, HasATextForEveryNumber) {
  for (int number = 1; number <= 64; ++number) {
    const auto alert = tape_alert(number);
    EXPECT_EQ(alert.number, number);
    EXPECT_FALSE(alert.name.empty() || alert.advice.empty() || alert.cause.empty()) << number;
  }
}

TEST(TapeAlert, FailsCleanlyWhereThePageIsCutOff) {
  ScsiTapeDouble drive;
  for (drive.answer_ends_at = 0; drive.answer_ends_at < 4 + 64 * 5; ++drive.answer_ends_at) {
    drive.alerts = {1};
    // Behind a whole parameter nobody can tell that more should follow.
    const bool is_between = drive.answer_ends_at >= 4 && (drive.answer_ends_at - 4) % 5 == 0;
    if (!is_between) {
      EXPECT_EQ(thrown_kind([&] { read_alerts(drive); }), ErrorKind::unsupported) << drive.answer_ends_at;
    }
  }
}

TEST(TapeAlert, IgnoresNumbersThatDoNotExist) {
  EXPECT_EQ(parse_alert_page(from_hex("2e00 000f 0000 40 01 01 0041 40 01 01 0002 40 01 ff")), 2U);
  EXPECT_EQ(parse_alert_page(from_hex("2e00 0004 0003 40 00")), 0U);
  EXPECT_EQ(parse_alert_page(from_hex("2f00 0005 0001 40 01 01")), std::nullopt);
  EXPECT_EQ(parse_alert_page(from_hex("6e01 0005 0001 40 01 01")), std::nullopt);
}

}  // namespace
}  // namespace holdfast::device

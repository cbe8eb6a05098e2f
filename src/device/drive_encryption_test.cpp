// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/drive_encryption.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/base/hex.h"
#include "testing/base/thrown.h"
#include "testing/device/scsi_tape_double.h"

namespace holdfast::device {
namespace {

using testing::HasSubstr;
using testing_support::from_hex;
using testing_support::thrown_kind;
using Encrypting = DriveEncryption::Encrypting;
using Decrypting = DriveEncryption::Decrypting;

const std::string key = "0123456789abcdef0123456789abcdef";

TEST(DriveEncryption, LoadsAKeyForWritingAndReadsOpenLabelsToo) {
  ScsiTapeDouble drive;
  set_key(drive, as_bytes(key));
  EXPECT_EQ(as_text(drive.key), key);
  const auto status = drive_encryption(drive);
  EXPECT_EQ(status, (DriveEncryption{Encrypting::on, Decrypting::mixed, 1, 1}));
  EXPECT_THAT(describe(status),
              HasSubstr("What is written is encrypted; encrypted data is decrypted, other data read"));
}

TEST(DriveEncryption, ForgetsTheKeyWhenTold) {
  ScsiTapeDouble drive;
  set_key(drive, as_bytes(key));
  clear_key(drive);
  EXPECT_TRUE(drive.key.empty());
  EXPECT_EQ(drive_encryption(drive).encrypting, Encrypting::off);
  EXPECT_EQ(drive_encryption(drive).decrypting, Decrypting::off);
}

TEST(DriveEncryption, TellsWhatTheNextBlockIs) {
  ScsiTapeDouble drive;
  EXPECT_EQ(next_block_encryption(drive).state, BlockEncryption::State::open);
  drive.is_block_encrypted = true;
  EXPECT_EQ(next_block_encryption(drive), (BlockEncryption{7, BlockEncryption::State::unreadable, 1}));
  set_key(drive, as_bytes(key));
  EXPECT_EQ(describe(next_block_encryption(drive)),
            "Block 7 is encrypted, and can be read with the key that is loaded.");
}

TEST(DriveEncryption, IsNotTakenForGrantedWithDrivesThatLackIt) {
  ScsiTapeDouble drive;
  drive.can_encrypt = false;
  EXPECT_EQ(thrown_kind([&] { set_key(drive, as_bytes(key)); }), ErrorKind::refused);
  EXPECT_EQ(thrown_kind([&] { drive_encryption(drive); }), ErrorKind::refused);
}

TEST(DriveEncryption, FailsCleanlyWhereAnAnswerIsCutOff) {
  ScsiTapeDouble drive;
  for (drive.answer_ends_at = 0; drive.answer_ends_at < 12; ++drive.answer_ends_at)
    EXPECT_EQ(thrown_kind([&] { drive_encryption(drive); }), ErrorKind::unsupported) << drive.answer_ends_at;
  for (drive.answer_ends_at = 0; drive.answer_ends_at < 14; ++drive.answer_ends_at)
    EXPECT_EQ(thrown_kind([&] { next_block_encryption(drive); }), ErrorKind::unsupported)
        << drive.answer_ends_at;
}

TEST(DriveEncryption, RefusesStatesThatDoNotExist) {
  EXPECT_FALSE(parse_drive_encryption(from_hex("0020 0008 42 03 00 01 00000001")));
  EXPECT_FALSE(parse_drive_encryption(from_hex("0020 0008 42 02 04 01 00000001")));
  EXPECT_FALSE(parse_drive_encryption(from_hex("0021 0008 42 02 03 01 00000001")));
  EXPECT_FALSE(parse_block_encryption(from_hex("0021 000c 0000000000000007 37 01 00 00")));
  EXPECT_FALSE(parse_drive_encryption(from_hex("0020 0007 42 02 03 01 00000001")))
      << "a page may end before the answer";
}

TEST(DriveEncryption, MakesThePagesOfTheStandard) {
  EXPECT_EQ(clear_key_page(), from_hex("0010 0010 40 04 00 00 01 00 0000000000000000 0000"));
  EXPECT_EQ(set_key_page(as_bytes("abcdefgh")),
            from_hex("0010 0018 40 04 02 03 01 00 0000000000000000 0008 6162636465666768"));
}

}  // namespace
}  // namespace holdfast::device

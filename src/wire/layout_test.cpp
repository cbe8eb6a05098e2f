// SPDX-License-Identifier: AGPL-3.0-or-later
#include "wire/layout.h"

#include <gtest/gtest.h>

#include "testing/wire/again.h"
#include "wire/catalog_requests.h"
#include "wire/client_to_director.h"
#include "wire/client_to_storage.h"
#include "wire/director_to_client.h"
#include "wire/director_to_storage.h"
#include "wire/fileset_line.h"
#include "wire/storage_to_director.h"

namespace holdfast::wire {
namespace {

using testing_support::again;

TEST(Layout, AMessageComesBackAsItWasSent) {
  const std::string job =
      "JobId=1 job=NightlySave.2026-11-22_21.32.10_05 job_name=NightlySave client_name=client1-fd type=66 "
      "level=70 FileSet=FS NoAttr=0 SpoolAttr=0 FileSetMD5=R6lQ+z/ndm+rhmJdG5RdzD SpoolData=0 "
      "PreferMountedVols=1 SpoolSize=0 rerunning=0 VolSessionId=0 VolSessionTime=0 Quota=0 Protocol=0 "
      "BackupFormat=Native\n";
  EXPECT_EQ(again<StorageJobCommand>(job), job);
  EXPECT_EQ(again<LevelCommand>("level = full  mtime_only=0 \n"), "level = full  mtime_only=0 \n");
  EXPECT_EQ(again<LevelCommand>("level = full rerunning  mtime_only=0 \n"),
            "level = full rerunning  mtime_only=0 \n");
  EXPECT_EQ(again<LevelCommand>("level = accurate_incremental  mtime_only=0 \n"),
            "level = accurate_incremental  mtime_only=0 \n");
}

TEST(Layout, WhiteSpaceAndMissingNewlinesAreForgiven) {
  const auto command = decode<StorageCommand>("storage  address=sd1 port=9103\tssl=4");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->address, "sd1");
  EXPECT_EQ(command->port, 9103);
  EXPECT_EQ(command->ssl, 4U);
}

TEST(Layout, EmptyNumbersAreZeroAndEmptyWordsAreAllowed) {
  const auto command = decode<StorageCommand>("storage address= port= ssl= Authorization=\n");
  ASSERT_TRUE(command);
  EXPECT_EQ(command->address, "");
  EXPECT_EQ(command->port, 0);
  ASSERT_TRUE(command->authorization);
  EXPECT_EQ(*command->authorization, "");
}

TEST(Layout, NumbersOutOfRangeAndLongNamesAreRefused) {
  EXPECT_FALSE(decode<StorageCommand>("storage address=sd1 port=65536 ssl=0\n"));
  EXPECT_FALSE(decode<CancelCommand>("cancel Job=" + std::string(128, 'x')));
  EXPECT_EQ(decode<BackupCommand>("backup FileIndex=99999999999\n").error().reason,
            "number out of range at byte 17, found \"99999999999\\x0a\"");
}

TEST(Layout, BlanksAtTheStartOfAJobMessageStay) {
  const std::string text = "Jmsg Job=J type=6 level=1  Encryption: None\n";
  EXPECT_EQ(decode<JobMessage>(text)->text, " Encryption: None\n");
  EXPECT_EQ(again<JobMessage>(text), text);
}

TEST(Layout, SpacesInNamesTravelAsControlCharacters) {
  EXPECT_EQ(encode(UseDevice{"File Storage"}), "use device=File\x01Storage\n");
  EXPECT_EQ(decode<UseDevice>("use device=File\x01Storage\n")->device, "File Storage");
}

TEST(AttributesUpdate, MatchesTheComputedVector) {
  const std::string digest("\xb1\x94\x6a\xc9\x24\x92\xd2\x34\x7c\x62\x35\xb4\xd2\x61\x11\x84");
  const AttributesUpdate update{
      "NightlySave.2026-11-22_21.32.10_05", {1, 1795383023}, 1, 3, as_bytes(digest)};
  const std::string encoded = encode(update);
  ASSERT_EQ(encoded.size(), 97U);
  using namespace std::string_literals;
  EXPECT_EQ(encoded.substr(61), "\0\0\0\1\x6b\x03\x5e\xef\0\0\0\1\0\0\0\3\0\0\0\x10"s + digest);
  const auto decoded = decode_attributes_update(as_bytes(encoded));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->session, update.session);
  EXPECT_EQ(as_text(decoded->data), digest);
  for (std::size_t length = 0; length < encoded.size(); ++length)
    EXPECT_FALSE(decode_attributes_update(as_bytes(encoded).first(length)));
}

TEST(FileSetLine, EveryKindIsToldByItsCode) {
  EXPECT_EQ(encode(FileSetLine{FileSetLineKind::file, "/etc/hello.txt"}), "F /etc/hello.txt");
  EXPECT_EQ(encode(FileSetLine{FileSetLineKind::include, ""}), "I\n");
  EXPECT_EQ(decode_fileset_line("WD */cache \r\n")->kind, FileSetLineKind::wild_directory);
  EXPECT_EQ(decode_fileset_line("WD */cache \r\n")->text, "*/cache");
  EXPECT_EQ(decode_fileset_line("F /a b")->text, "/a b");
  EXPECT_FALSE(decode_fileset_line("Q nothing\n"));
  EXPECT_FALSE(decode_fileset_line(""));
}

}  // namespace
}  // namespace holdfast::wire

// SPDX-License-Identifier: AGPL-3.0-or-later
// What the console's commands for drives and autochangers make of what a Storage Daemon says.
#include <gmock/gmock.h>

#include "catalog/catalog.h"
#include "crypto/key_wrap.h"
#include "director/console/changer_view.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/dialogue_director.h"

namespace holdfast::director::console {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing_support::ServicesDouble;

class ChangerCommands : public catalog::OnBothDatabases {
 protected:
  void SetUp() override {
    OnBothDatabases::SetUp();
    if (IsSkipped()) return;
    director = testing_support::dialogue_director(GetParam(), 22);
    if (!director) GTEST_SKIP() << "the golden recordings are not at hand";
  }
  /// What the console shows where the Storage Daemon says this; empty lines end an answer.
  std::string screen(const std::string& input, std::vector<std::string> answers) {
    director->daemon_answers["File"] = std::move(answers);
    return director->talk({input}, "*UserAgent*").screen();
  }
  std::optional<catalog::VolumeRow> volume(std::string_view name) {
    return director->catalog.open()->volumes().find(name);
  }
  std::unique_ptr<ServicesDouble> director;
};
INSTANTIATE_TEST_SUITE_P(Databases, ChangerCommands, catalog::both_databases(), catalog::name_of_database);

const std::vector<std::string> five_slots = {"3306 Issuing autochanger \"slots\" command.\n", "slots=5", ""};
const std::string no_changer =
    "3998 Device \"\"FileStorage\" (/srv/verify-c/vols)\" is not an autochanger.\n";

std::vector<std::string> after_slots(const std::vector<std::string>& more) {
  auto answers = five_slots;
  answers.insert(answers.end(), more.begin(), more.end());
  return answers;
}

TEST_P(ChangerCommands, PassOnWhatADriveAnswers) {
  for (const auto& [command, answer] :
       {std::pair{"mount storage=File",
                  "3906 File device \"FileStorage\" (/srv/verify-c/vols) is always mounted.\n"},
        std::pair{"unmount storage=File",
                  "3901 Device \"\"FileStorage\" (/srv/demo/vols)\" is already unmounted.\n"},
        std::pair{"umount storage=File drive=1",
                  "3002 Device \"\"FileStorage\" (/srv/demo/vols)\" unmounted.\n"},
        std::pair{"release storage=File",
                  "3921 Device \"\"FileStorage\" (/srv/demo/vols)\" already released.\n"}}) {
    EXPECT_THAT(
        screen(command, {answer}),
        HasSubstr(std::string("Connecting to Storage daemon File at 127.0.0.1:19803 ...\n") + answer));
  }
}

TEST_P(ChangerCommands, SayWhereThereIsNoChanger) {
  for (const auto* command : {"update slots storage=File", "label barcodes storage=File pool=Full yes",
                              "status storage=File slots"}) {
    EXPECT_THAT(screen(command, {no_changer}),
                HasSubstr("Connecting to Storage daemon File at 127.0.0.1:19803 ...\n" + no_changer +
                          "Device \"FileStorage\" has 0 slots.\nNo slots in changer to scan.\n"))
        << command;
  }
  for (const auto* command : {"import storage=File", "move storage=File srcslots=1 dstslots=2"})
    EXPECT_THAT(screen(command, {no_changer}),
                HasSubstr(no_changer + "Device \"FileStorage\" has 0 slots.\nNo slots in changer.\n"));
}

TEST_P(ChangerCommands, UpdateWhatTheCatalogKnowsOfSlots) {
  auto moved = *volume("Full-0001");
  moved.slot = 4;
  moved.in_changer = true;
  director->catalog.open()->volumes().update(moved);
  const auto listing = after_slots({"3306 Issuing autochanger \"listall\" command.\n", "D:0:F:2:Full-0001\n",
                                    "S:1:F:Nobody\n", "S:2:E\n", "S:3:E\n", "S:4:E\n", "S:5:E\n"});
  EXPECT_THAT(screen("update slots storage=File", listing),
              AllOf(HasSubstr("Device \"FileStorage\" has 5 slots.\n"),
                    HasSubstr("Volume \"Nobody\" not found in catalog. Slot=1 InChanger set to zero.\n"),
                    HasSubstr("Catalog record for Volume \"Full-0001\" updated to reference slot 2.\n")));
  EXPECT_EQ(volume("Full-0001")->slot, 2);
  EXPECT_TRUE(volume("Full-0001")->in_changer);
  EXPECT_THAT(screen("update slots storage=File", listing),
              HasSubstr("Catalog record for Volume \"Full-0001\" is up to date.\n"));
  EXPECT_THAT(screen("update slots storage=File", after_slots({"S:1:E\n", "S:2:E\n"})),
              HasSubstr("No Volumes found to update, or no barcodes.\n"));
  EXPECT_FALSE(volume("Full-0001")->in_changer) << "it was taken out";
}

TEST_P(ChangerCommands, UpdateOnlyTheSlotsOfAList) {
  const auto listing = after_slots({"S:1:F:Full-0001\n", "S:2:F:Nobody\n", "S:3:F:Neither\n"});
  const auto said = screen("update slots=1,3-9 storage=File enabled=no", listing);
  EXPECT_THAT(said, AllOf(HasSubstr("Slot 6 greater than max 5 ignored.\n"),
                          HasSubstr("Slot 9 greater than max 5 ignored.\n"),
                          HasSubstr("Volume \"Full-0001\" updated to reference slot 1.\n"),
                          HasSubstr("Volume \"Neither\" not found in catalog."), Not(HasSubstr("Nobody"))));
  EXPECT_EQ(volume("Full-0001")->enabled, 0);
  EXPECT_THAT(screen("update slots=2 storage=File", after_slots({"S:1:E\n", "S:2:E\n"})),
              HasSubstr("No Volumes found to update, or no barcodes.\n"));
  EXPECT_EQ(volume("Full-0001")->slot, 1) << "slot 1 was not looked at";
  EXPECT_THAT(screen("update slots=x storage=File", listing),
              HasSubstr("A list of slots looks like 1,3-5.\n"));
  EXPECT_THAT(screen("update slots storage=File enabled=perhaps", listing),
              HasSubstr("Invalid Enabled value, it must be"));
}

/// Slot 1 lies in drive 0, 2 is not in the catalog, 4 is said to be in slot 1 by the catalog, 6 exports.
const std::vector<std::string> shelves = {
    "D:0:F:1:Full-0001\n", "D:1:E\n", "S:1:E\n", "S:2:F:Nobody\n", "S:3:F\n", "S:4:E\n", "S:5:F:Full-0001\n",
    "I:6:F:NEW001\n",      "I:7:E\n", ""};

TEST_P(ChangerCommands, ShowSlotsAndWhatTheCatalogKnowsOfThem) {
  auto row = *volume("Full-0001");
  row.slot = 1;
  row.in_changer = true;
  row.bytes = 1234;
  row.retention = 100;
  row.last_written = catalog::Moment(std::chrono::seconds(1'700'000'000));
  director->catalog.open()->volumes().update(row);
  EXPECT_THAT(
      screen("status storage=File slots", after_slots(shelves)),
      HasSubstr("Device \"FileStorage\" has 5 slots.\n"
                " Slot |   Volume Name    |   Status  |  Media Type    |         Pool             |\n"
                "------+------------------+-----------+----------------+--------------------------|\n"
                "    1%|        Full-0001 |" +
                fmt::format(" {:>9} ", row.status) +
                "|           File |                     Full |\n"
                "    2*|           Nobody |         ? |              ? |                        ? |\n"
                "    3*|                ? |         ? |              ? |                        ? |\n"
                "    4*|                ? |         ? |              ? |                        ? |\n"
                "    5*|        Full-0001 |" +
                fmt::format(" {:>9} ", row.status) +
                "|           File |                     Full |\n"
                "    6@|           NEW001 |         ? |              ? |                        ? |\n"
                "    7@|                ? |         ? |              ? |                        ? |\n"));
  EXPECT_THAT(screen("status storage=File slots=2,9", after_slots(shelves)),
              AllOf(HasSubstr("Slot 9 greater than max 5 ignored.\n"), HasSubstr("    2*|"),
                    Not(HasSubstr("    1%|"))));
}

TEST_P(ChangerCommands, ShowSlotsToPrograms) {
  auto row = *volume("Full-0001");
  row.slot = 5;
  row.bytes = 1234;
  row.retention = 100;
  row.last_written = catalog::Moment(std::chrono::seconds(1'700'000'000));
  director->catalog.open()->volumes().update(row);
  const auto talk = [&](const std::string& api) {
    director->daemon_answers["File"] = after_slots(shelves);
    return director->talk({".api " + api, "status storage=File slots"}, "*UserAgent*").screen();
  };
  EXPECT_THAT(talk("1"), HasSubstr("D|0|1|Full-0001\nD|1||\nS|1||||||||\nS|2|0|Nobody|?|?|?|?|0|0\n"
                                   "S|3|0|?|?|?|?|?|0|0\nS|4||||||||\nS|5|5|Full-0001|1234|" +
                                   row.status +
                                   "|File|Full|1700000000|1700000100\n"
                                   "I|6|0|NEW001|?|?|?|?|0|0\nI|7||||||||\n"));
  EXPECT_THAT(
      talk("2 compact=yes"),
      AllOf(
          HasSubstr(
              R"("result":{"contents":[{"type":"drive","slotnr":0,"content":"full","loaded":1,"volname":"Full-0001"},)"
              R"({"type":"drive","slotnr":1,"content":"empty"},{"type":"slot","slotnr":1,"content":"empty"},)"
              R"({"type":"slot","slotnr":2,"content":"full","mr_slotnr":0,"mr_volname":"Nobody","mr_volbytes":"?",)"
              R"("mr_volstatus":"?","mr_mediatype":"?","pr_name":"?","mr_lastwritten":0,"mr_expire":0},)"),
          HasSubstr(
              R"("mr_slotnr":5,"mr_volname":"Full-0001","mr_volbytes":1234,"mr_volstatus":")" + row.status +
              R"(","mr_mediatype":"File","pr_name":"Full","mr_lastwritten":1700000000,"mr_expire":1700000100})"),
          HasSubstr(R"({"type":"import_slot","slotnr":7,"content":"empty"}]}})")));
  director->daemon_answers["File"] = {no_changer};
  EXPECT_THAT(director->talk({".api 2 compact=yes", "status storage=File slots"}, "*UserAgent*").screen(),
              HasSubstr(R"("result":{}})"));
}

TEST_P(ChangerCommands, GiveVolumesKeysForDrivesThatEncrypt) {
  const std::string wanted =
      "3000 OK label. VolFiles=1 VolBytes=64512 Volume=\"New\" Device=\"D\" (/dev/nst0)\n";
  EXPECT_THAT(
      screen("label storage=File pool=Full volume=New encrypt", {wanted, "", "3001 Device is mounted.\n"}),
      HasSubstr("Generating new hardware encryption key\n"
                "Connecting to Storage daemon File at 127.0.0.1:19803 ...\n"
                "Sending label command for Volume \"New\" Slot 0 ...\n"));
  ASSERT_TRUE(volume("New"));
  const auto key = volume("New")->encryption_key;
  EXPECT_EQ(crypto::read_tape_key(key, "")->size(), crypto::tape_key_size);
  EXPECT_THAT(
      screen("label barcodes storage=File pool=Full encrypt yes",
             after_slots({"S:1:F:LTO001\n", "S:2:F:CLN001\n", "", wanted})),
      HasSubstr("Generating new hardware encryption key\nSending label command for Volume \"LTO001\""));
  ASSERT_TRUE(volume("LTO001") && volume("CLN001"));
  EXPECT_NE(volume("LTO001")->encryption_key, "");
  EXPECT_NE(volume("LTO001")->encryption_key, key);
  EXPECT_EQ(volume("CLN001")->encryption_key, "");
}

TEST_P(ChangerCommands, ChangeTheKeyOfAVolume) {
  const auto say = [&](const std::string& command) {
    return screen("update volume=Full-0001 " + command, {});
  };
  EXPECT_THAT(say("encrypt=no"), HasSubstr("No encryption key for volume 'Full-0001' configured.\n"));
  EXPECT_THAT(say("encrypt=yes"),
              HasSubstr("Generated new encryption key for volume 'Full-0001' in catalog.\n"));
  const auto key = volume("Full-0001")->encryption_key;
  EXPECT_NE(key, "");
  EXPECT_THAT(say("encrypt=yes"), HasSubstr("Encryption key for volume 'Full-0001' already configured.\n"));
  EXPECT_THAT(say("encrypt=no"),
              HasSubstr("Removing encryption key from volume 'Full-0001' requires volstatus=Purged\n"));
  EXPECT_THAT(say("encrypt=rotate"),
              HasSubstr("Rotating encryption key for volume 'Full-0001' requires volstatus=Purged\n"));
  EXPECT_THAT(say("encrypt=maybe"), HasSubstr("Valid values for Encrypt are yes/no/rotate\n"));
  EXPECT_EQ(volume("Full-0001")->encryption_key, key);
  auto purged = *volume("Full-0001");
  purged.status = "Purged";
  director->catalog.open()->volumes().update(purged);
  EXPECT_THAT(say("encrypt=rotate"), HasSubstr("Generated new encryption key for volume 'Full-0001'"));
  EXPECT_NE(volume("Full-0001")->encryption_key, key);
  EXPECT_THAT(say("encrypt=no"), HasSubstr("Removed encryption key for volume 'Full-0001' from catalog.\n"));
  EXPECT_EQ(volume("Full-0001")->encryption_key, "");
}

TEST_P(ChangerCommands, LabelVolumesByTheirBarcodes) {
  const auto answers = after_slots(
      {"S:1:F:LTO001\n", "S:2:F:CLN001\n", "S:3:F:Full-0001\n", "S:4:F\n", "S:5:E\n", "",
       "3000 OK label. VolFiles=1 VolBytes=64512 Volume=\"LTO001\" Device=\"FileStorage\" (/dev/nst0)\n"});
  const auto said = screen("label barcodes storage=File pool=Full yes", answers);
  EXPECT_THAT(said,
              HasSubstr("The following Volumes will be labeled:\nSlot  Volume\n==============\n   1  LTO001\n"
                        "   2  CLN001\n   3  Full-0001\n"));
  EXPECT_THAT(said, HasSubstr("Catalog record for Volume \"LTO001\", Slot 1 successfully created.\n"));
  EXPECT_THAT(said, HasSubstr("Catalog record for cleaning tape \"CLN001\" successfully created.\n"));
  EXPECT_THAT(said, HasSubstr("Media record for Slot 3 Volume \"Full-0001\" already exists.\n"));
  ASSERT_TRUE(volume("LTO001") && volume("CLN001"));
  EXPECT_EQ(volume("LTO001")->slot, 1);
  EXPECT_EQ(volume("CLN001")->status, "Cleaning");
}

const std::vector<std::string> library = {"D:0:E\n",        "S:1:F:Full-0001\n", "S:2:E\n", "S:3:E\n",
                                          "I:4:F:NEW001\n", "I:5:E\n",           ""};

TEST_P(ChangerCommands, MoveVolumesAndTellTheCatalog) {
  auto answers = after_slots(library);
  answers.push_back("3308 Successfully transferred volume from slot 1 to 3.\n");
  EXPECT_THAT(screen("move storage=File srcslots=1 dstslots=3", answers),
              HasSubstr("Successfully moved volume from source slot 1 to destination slot 3\n"));
  EXPECT_EQ(volume("Full-0001")->slot, 3);
  answers.back() = "3308 Successfully transferred volume from slot 1 to 5.\n";
  EXPECT_THAT(screen("export storage=File srcslots=1", answers),
              HasSubstr("Successfully moved volume from source slot 1 to destination slot 5\n"));
  EXPECT_FALSE(volume("Full-0001")->in_changer);
  answers.back() = "3998 Autochanger error: ERR=Child exited with code 1\n";
  EXPECT_THAT(screen("import storage=File", answers),
              HasSubstr("Failed to move volume from source slot 4 to destination slot 2\n"));
}

struct Refusal {
  const char* command;
  const char* reason;
};

TEST_P(ChangerCommands, RefuseMovesThatCannotBe) {
  for (const auto& [command, reason] :
       {Refusal{"move storage=File srcslots=1",
                "Cannot perform a move operation without source and/or destination selection\n"},
        Refusal{"export storage=File", "Cannot perform an export operation without source slot selection\n"},
        Refusal{"move storage=File srcslots=1 dstslots=2,3",
                "Source slot selection doesn't fit into destination slot selection.\n"},
        Refusal{"move storage=File srcslots=1-2 dstslots=2-3",
                "Source slot selection and destination slot selection overlap.\n"},
        Refusal{"move storage=File srcslots=2 dstslots=3",
                "Not all slots in source selection are normal slots and filled.\n"},
        Refusal{"move storage=File srcslots=1 dstslots=4",
                "Not all slots in destination selection are normal slots and empty.\n"},
        Refusal{"export storage=File volume=Gone srcslots=1",
                "No volume named Gone in changer or in selected source slots.\n"},
        Refusal{"move storage=File srcslots=x dstslots=4", "A list of slots looks like 1,3-5.\n"}}) {
    EXPECT_THAT(screen(command, after_slots(library)), HasSubstr(reason)) << command;
  }
}

TEST(ChangerPlaces, AreWhatListallPrints) {
  const auto drive = parse_place("D:1:F:12:VOL001\n");
  ASSERT_TRUE(drive);
  EXPECT_EQ(drive->kind, ChangerPlace::Kind::drive);
  EXPECT_EQ(drive->number, 1U);
  EXPECT_EQ(drive->loaded, 12U);
  EXPECT_EQ(drive->volume, "VOL001");
  EXPECT_FALSE(parse_place("S:3:E")->is_full);
  EXPECT_EQ(parse_place("I:9:F:X")->kind, ChangerPlace::Kind::import_export);
  for (const auto* bad : {"", "S", "S:3", "S:x:E", "S:3:Q", "Q:3:E", "D:0:F", "D:0:F:x", "S:99999999999:E"})
    EXPECT_FALSE(parse_place(bad)) << bad;
}

TEST(SlotLists, AreNumbersAndRanges) {
  EXPECT_EQ(parse_slots("1-3,7"), (std::set<unsigned>{1, 2, 3, 7}));
  for (const auto* bad : {"", "0", "3-1", "a", "1-", "1,,2", "1-4000000000"})
    EXPECT_FALSE(parse_slots(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::director::console

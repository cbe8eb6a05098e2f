// SPDX-License-Identifier: AGPL-3.0-or-later
// What the console's commands for drives and autochangers make of what a Storage Daemon says.
#include <gmock/gmock.h>

#include "catalog/catalog.h"
#include "director/console/changer_view.h"
#include "testing/catalog/both_databases.h"
#include "testing/director/dialogue_director.h"

namespace holdfast::director::console {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
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
  for (const auto* command : {"update slots storage=File", "label barcodes storage=File pool=Full yes"}) {
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

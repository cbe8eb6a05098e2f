// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/loading_drive.h"

#include <gmock/gmock.h>

#include "device/encrypting_drive.h"
#include "os/system_clock.h"
#include "testing/base/thrown.h"
#include "testing/device/forwarding_drive.h"
#include "testing/device/scsi_tape_double.h"
#include "testing/device/tape_library.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

using device::Drive;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::TapeLibrary;
using testing_support::thrown_message;

/// A library whose robot shows other barcodes.
class OtherBarcodes final : public device::Changer {
 public:
  OtherBarcodes(std::unique_ptr<Changer> robot, std::vector<std::string> lines)
      : robot_(std::move(robot)), lines_(std::move(lines)) {}
  unsigned loaded(unsigned drive, const device::ChangerErrand& errand) override {
    return robot_->loaded(drive, errand);
  }
  void load(unsigned slot, unsigned drive, const device::ChangerErrand& errand) override {
    robot_->load(slot, drive, errand);
  }
  void unload(unsigned slot, unsigned drive, const device::ChangerErrand& errand) override {
    robot_->unload(slot, drive, errand);
  }
  std::vector<std::string> list() override { return lines_; }
  std::vector<std::string> list_all() override { return lines_; }
  unsigned slots() override { return robot_->slots(); }
  std::vector<std::string> transfer(unsigned from, unsigned to) override {
    return robot_->transfer(from, to);
  }

 private:
  std::unique_ptr<Changer> robot_;
  std::vector<std::string> lines_;
};

/// Three tapes, V-0001 to V-0003 by their barcodes and labels, two drives, and a tool that uses the first.
struct Tool {
  TapeLibrary shelf{3, 2};
  std::shared_ptr<ToolLibrary> library;
  StorageDevice* device = nullptr;
  std::string told;
  std::vector<std::string> asked;
  std::function<bool()> person;  ///< what a person does when asked; empty: nobody is there

  enum class Loads { robot, person };
  explicit Tool(Loads by, std::vector<std::string> barcodes = {},
                ToolLibrary::Search search = ToolLibrary::Search::by_barcode) {
    for (unsigned slot = 1; slot <= shelf.slots(); ++slot) write(slot, "V-000" + std::to_string(slot));
    auto robot = by == Loads::robot ? shelf.robot() : nullptr;
    if (!barcodes.empty()) robot = std::make_unique<OtherBarcodes>(std::move(robot), std::move(barcodes));
    library = std::make_shared<ToolLibrary>("Library", std::move(robot), search);
    device = &library->add({.name = "D", .archive = "/dev/nst0", .media_type = "Tape"}, shelf.drive(0));
    if (by == Loads::robot)
      library->add({.name = "E", .archive = "/dev/nst1", .media_type = "Tape", .drive_index = 1},
                   shelf.drive(1));
  }
  void write(unsigned slot, const std::string& volume) {
    const auto before = shelf.put_into_drive(0, slot);
    const auto medium = shelf.drive(0)->open({}, Drive::Access::append);
    medium->set_block_sizes({format::default_label_block_size, format::default_label_block_size});
    write_label(*medium, new_label({}, os::SystemClock(), volume, "Full", "Tape"), {});
    shelf.put_into_drive(0, before);
  }
  LoadingDrive drive(LoadingDrive::FindKey find_key = {}) {
    LoadingDrive::AskPerson ask;
    if (person)
      ask = [this](const std::string& volume, const std::string& instead) {
        asked.push_back(volume + " instead of " + instead);
        return person();
      };
    return {library, *device, {[this](const std::string& text) { told += text; }, ask, std::move(find_key)}};
  }
  /// The volume that can be read after it was asked for.
  std::string open(const std::string& volume) {
    const auto medium = drive().open(volume, Drive::Access::read);
    EXPECT_EQ(medium->position(), 0U);
    return std::get<FoundLabel>(read_label(*medium)).label.volume;
  }
};

TEST(LoadingDrive, HasTheRobotLoadTheVolumeOfThatBarcode) {
  Tool tool(Tool::Loads::robot);
  EXPECT_EQ(tool.open("V-0002"), "V-0002");
  EXPECT_EQ(tool.told,
            "3304 Issuing autochanger \"load slot 2, drive 0\" command.\n"
            "3305 Autochanger \"load slot 2, drive 0\", status is OK.\n");
  EXPECT_EQ(tool.open("V-0002"), "V-0002");
  EXPECT_EQ(tool.shelf.loads, 1U) << "it is in the drive already";
  EXPECT_EQ(tool.open("V-0003"), "V-0003");
  EXPECT_THAT(tool.told, HasSubstr("3307 Issuing autochanger \"unload slot 2, drive 0\" command.\n"));
}

TEST(LoadingDrive, TakesAVolumeOutOfAnotherDrive) {
  Tool tool(Tool::Loads::robot);
  tool.shelf.put_into_drive(1, 3);
  EXPECT_EQ(tool.open("V-0003"), "V-0003");
  EXPECT_EQ(tool.shelf.in_drive(1), 0U);
}

TEST(LoadingDrive, LooksIntoSlotsWithoutBarcodeAndRemembersWhatIsThere) {
  Tool tool(Tool::Loads::robot, {"1:", "2:", "3:CLN001"});
  EXPECT_EQ(tool.open("V-0002"), "V-0002");
  EXPECT_THAT(tool.told, HasSubstr("Slot 1 holds volume \"V-0001\", wanted is volume \"V-0002\".\n"));
  EXPECT_EQ(tool.shelf.loads, 2U);
  EXPECT_THAT(thrown_message([&] { tool.open("V-0003"); }),
              AllOf(HasSubstr("Volume \"V-0003\" is in none of the slots"),
                    HasSubstr("1: V-0001, 2: V-0002, 3: CLN001")));
  EXPECT_EQ(tool.shelf.loads, 2U) << "no slot is looked at twice";
}

TEST(LoadingDrive, BelievesTheLabelAndNotTheBarcode) {
  Tool tool(Tool::Loads::robot, {"1:V-0002", "2:", "3:"});
  EXPECT_EQ(tool.open("V-0002"), "V-0002");
  EXPECT_EQ(tool.shelf.in_drive(0), 2U);
}

TEST(LoadingDrive, SearchesEverywhereOnlyWhereItIsTold) {
  const std::vector<std::string> barcodes = {"1:A00001", "2:A00002", "3:A00003"};
  Tool tool(Tool::Loads::robot, barcodes);
  EXPECT_THAT(thrown_message([&] { tool.open("V-0003"); }), HasSubstr("--all-slots"));
  EXPECT_EQ(tool.shelf.loads, 0U);
  Tool patient(Tool::Loads::robot, barcodes, ToolLibrary::Search::everywhere);
  EXPECT_EQ(patient.open("V-0003"), "V-0003");
  Tool knowing(Tool::Loads::robot, barcodes);
  knowing.library->expect("V-0003", 3);
  EXPECT_EQ(knowing.open("V-0003"), "V-0003");
  EXPECT_EQ(knowing.shelf.loads, 1U);
}

TEST(LoadingDrive, FindsWhatAPersonPutIntoTheDrive) {
  Tool tool(Tool::Loads::robot, {"1:A00001"});
  tool.shelf.put_into_drive(0, 1);
  EXPECT_EQ(tool.open("V-0001"), "V-0001");
  EXPECT_EQ(tool.shelf.loads, 0U);
}

TEST(LoadingDrive, TakesATapeWithoutReadableLabelByItsBarcode) {
  Tool tool(Tool::Loads::robot);
  tool.shelf.put_into_drive(0, 2);
  tool.shelf.drive(0)->open({}, Drive::Access::append)->truncate(0);
  tool.shelf.put_into_drive(0, 0);
  const auto drive = tool.drive().open("V-0002", Drive::Access::read);
  EXPECT_EQ(tool.shelf.in_drive(0), 2U);
}

TEST(LoadingDrive, AsksAPersonUntilTheVolumeIsThere) {
  Tool tool(Tool::Loads::person);
  unsigned next = 0;
  tool.person = [&] {
    tool.shelf.put_into_drive(0, ++next);
    return true;
  };
  EXPECT_EQ(tool.open("V-0002"), "V-0002");
  EXPECT_THAT(tool.asked, ElementsAre("V-0002 instead of nothing", "V-0002 instead of volume \"V-0001\""));
}

TEST(LoadingDrive, SaysWhatIsThereWhereNobodyCanBeAsked) {
  Tool tool(Tool::Loads::person);
  EXPECT_THAT(thrown_message([&] { tool.open("V-0002"); }),
              HasSubstr("Volume \"V-0002\" is not in device \"D\" (/dev/nst0): there is nothing. Put it in"));
  tool.shelf.put_into_drive(0, 1);
  EXPECT_THAT(thrown_message([&] { tool.open("V-0002"); }), HasSubstr("there is volume \"V-0001\""));
  tool.person = [] { return false; };
  EXPECT_THAT(thrown_message([&] { tool.open("V-0002"); }), HasSubstr("there is volume \"V-0001\""));
}

TEST(LoadingDrive, GivesTheKeyOfTheVolumeToADriveThatEncrypts) {
  Tool tool(Tool::Loads::person);
  const auto before = tool.shelf.put_into_drive(0, 1);
  auto scsi = std::make_unique<device::ScsiTapeDouble>();
  auto& drive_keys = *scsi;
  auto library = std::make_shared<ToolLibrary>("", nullptr, ToolLibrary::Search::by_barcode);
  auto& device = library->add(
      {.name = "D", .archive = "/dev/nst0", .media_type = "Tape"},
      std::make_unique<device::EncryptingDrive>(tool.shelf.drive(0), std::move(scsi),
                                                [](std::string_view text) { return to_buffer(text); }));
  std::vector<std::string> wanted;
  LoadingDrive drive(library, device,
                     {[](const std::string&) {},
                      {},
                      [&](const std::string& volume) {
                        wanted.push_back(volume);
                        return std::string(32, 'k');
                      }});
  const auto medium = drive.open("V-0001", Drive::Access::read);
  EXPECT_EQ(drive_keys.key_instances, 0U);
  Buffer buffer;
  medium->read_block(buffer);
  EXPECT_EQ(drive_keys.key_instances, 0U) << "labels are not encrypted";
  medium->read_block(buffer);
  EXPECT_EQ(as_text(drive_keys.key), std::string(32, 'k'));
  EXPECT_THAT(wanted, ElementsAre("V-0001"));
  EXPECT_EQ(before, 0U);
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/volume_copy.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/volumes/volume_world.h"
#include "volumes/checker/check_volume.h"
#include "volumes/tool_reading.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

using testing::HasSubstr;
using testing_support::MemoryDrive;
using testing_support::some_files;
using testing_support::VolumeWorld;

/// Everything that is no volume label.
class Everything final : public RecordVisitor {
 public:
  void record(const format::Record& record, const Block&) override { add(record); }
  void label(const format::Record& record, const Block&) override {
    if (record.label_type() != format::LabelType::volume) add(record);
  }
  std::vector<std::string> all;

 private:
  void add(const format::Record& record) {
    all.push_back(fmt::format("{} {} {} {}", record.session.id, record.file_index, record.stream,
                              as_text(record.payload)));
  }
};

struct CopyWorld {
  VolumeWorld world;
  MemoryDrive target;
  std::string said;

  CopyWorld() {
    world.settings.max_block_size = 1024;
    world.restart();
    world.append(some_files(10, 1, 2500));
    world.append(some_files(5, 2, 300));
  }

  void label(const std::string& name) {
    write_label(*target.create(name), new_label(world.stamp, world.clock, name, "Full", "File"), {});
  }

  CopyTarget target_of(const std::vector<std::string>& volumes) {
    return {target, volumes, {.sizes = {.maximum = 2048}}, [this](const std::string& text) { said += text; }};
  }

  static std::vector<std::string> read(device::Drive& drive, const std::vector<std::string>& volumes) {
    Everything found;
    ToolReading(drive, "D", ToolReading::OnDamage::stop, [](const std::string&) {
    }).read(volumes, nullptr, found);
    return std::move(found.all);
  }

  VolumeCopy copy(CopyTarget& to, format::BootstrapMatcher* matcher = nullptr) {
    to.open();
    VolumeCopy copying(
        to,
        matcher == nullptr ? std::function<bool(VolumeSession)>()
                           : [=](VolumeSession session) { return matcher->wants_session(session); },
        [this](const std::string& text) { said += text; });
    ToolReading(world.shelf, "D", ToolReading::OnDamage::stop, [](const std::string&) {
    }).read({"V-0001"}, matcher, copying);
    copying.finish();
    return copying;
  }

  std::string check(const std::vector<std::string>& volumes) {
    FindingList found;
    VolumeChecker checker(found);
    for (const auto& volume : volumes)
      check_volume(*target.open(volume, device::Drive::Access::read), volume, checker);
    checker.finish();
    return found.text(Severity::warning);
  }
};

TEST(VolumeCopy, HoldsTheSameRecordsAndLabelsInBlocksOfItsOwn) {
  CopyWorld world;
  world.label("Copy");
  auto to = world.target_of({"Copy"});
  const auto copied = world.copy(to);
  EXPECT_EQ(world.read(world.target, {"Copy"}), world.read(world.world.shelf, {"V-0001"}));
  EXPECT_EQ(world.check({"Copy"}), "");
  EXPECT_EQ(copied.jobs(), 2U);
  EXPECT_EQ(copied.records(), world.read(world.target, {"Copy"}).size());
  EXPECT_THAT(world.said, HasSubstr("Volume label not copied.\n"));
}

TEST(VolumeCopy, GoesOnOnTheNextVolumeWhenOneIsFull) {
  CopyWorld world;
  world.target.set_capacity(6000);
  std::vector<std::string> names;
  for (int i = 1; i <= 8; ++i) world.label(names.emplace_back(fmt::format("Copy-{}", i)));
  auto to = world.target_of(names);
  world.copy(to);
  EXPECT_EQ(world.read(world.target, names), world.read(world.world.shelf, {"V-0001"}));
  EXPECT_THAT(world.said, HasSubstr("Volume \"Copy-1\" is full.\n"));
}

TEST(VolumeCopy, EndsWhenTheLastVolumeIsFull) {
  CopyWorld world;
  world.target.set_capacity(3000);
  world.label("Copy");
  auto to = world.target_of({"Copy"});
  try {
    world.copy(to);
    ADD_FAILURE() << "there was room";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::no_space);
  }
}

TEST(VolumeCopy, WithABootstrapHoldsOnlyWhatItSelects) {
  CopyWorld world;
  world.label("Copy");
  format::BootstrapMatcher matcher(
      format::parse_bootstrap("Volume=\"V-0001\"\nVolSessionId=2\nVolSessionTime=1700000000\nFileIndex=2-3\n")
          .value());
  auto to = world.target_of({"Copy"});
  const auto copied = world.copy(to, &matcher);
  EXPECT_EQ(copied.jobs(), 1U);
  const auto all = world.read(world.target, {"Copy"});
  for (const auto& record : all)
    EXPECT_TRUE(record.starts_with("2 -") || record.starts_with("2 2 ") || record.starts_with("2 3 "))
        << record;
  EXPECT_GT(all.size(), 4U);
}

TEST(VolumeCopy, NeedsALabelledVolumeOfThatName) {
  CopyWorld world;
  world.target.create("Empty");
  auto empty = world.target_of({"Empty"});
  EXPECT_THROW(empty.open(), Error);
  world.label("Other");
  world.target.rename("Other", "Copy");
  auto other = world.target_of({"Copy"});
  EXPECT_THROW(other.open(), Error);
}

}  // namespace
}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
// Tapes that a Bareos wrote with ANSI labels in front and behind its file marks (interop 04, section 9).
#include <gtest/gtest.h>

#include "device/tape_device.h"
#include "testing/volumes/one_tape.h"
#include "testing/volumes/volume_world.h"
#include "volumes/volume_label.h"

namespace holdfast::volumes {
namespace {

using namespace testing_support;
using device::TapeDrive;
using device::TapeOperation;

constexpr std::uint64_t behind_labels = 1ULL << 32;

class AnsiLabels : public testing::Test {
 protected:
  AnsiLabels() {
    write({"VOL1V-0001", "HDR1BAREOS.DATA", "HDR2D3200032000"}, 0);
    auto medium = tape.drive().open("V-0001", device::Drive::Access::append);
    medium->set_block_sizes(world.settings.label_sizes());
    const auto label = new_label(world.stamp, world.clock, "V-0001", "Full", "File");
    EXPECT_TRUE(write_label(*medium, label, {}, AfterLabel::filemark, behind_labels));
    auto record = world.catalog.add_volume();
    record.status = "Append";
    record.bytes = world.settings.label_block_size;
    record.files = 2;
    world.catalog.update_media(record, VolumeCatalog::Relabelled::no, 0);
  }

  /// Behind so many file marks; and a mark behind them.
  void write(std::initializer_list<std::string> labels, std::uint32_t marks) {
    const auto primitives = tape.open();
    ASSERT_TRUE(primitives->operate(TapeOperation::rewind, 1));
    if (marks > 0) {
      ASSERT_TRUE(primitives->operate(TapeOperation::forward_files, marks));
    }
    for (auto label : labels) {
      label.resize(80, ' ');
      ASSERT_TRUE(primitives->write(as_bytes(label)));
    }
    ASSERT_TRUE(primitives->operate(TapeOperation::write_filemarks, 1));
  }

  /// The first block on the tape.
  std::string first_block() {
    Buffer block(1024 * 1024);
    const auto primitives = tape.open();
    const auto read = primitives->read(block);
    return read ? std::string(as_text(Bytes(block).first(*read))) : "";
  }

  MemoryTape tape;
  VolumeWorld world{std::make_unique<OneTape>(tape)};
};

TEST_F(AnsiLabels, AreReadOverWhereverTheyStand) {
  const auto first = world.append(some_files(5, 1));
  auto& record = world.catalog.record("V-0001");
  world.restart();  // nobody else has the tape open
  write({"EOF1BAREOS.DATA", "EOF2D3200032000"}, record.files);
  ++record.files;
  const auto second = world.append(some_files(5, 2));
  EXPECT_EQ(record.status, "Append") << world.log.text();
  EXPECT_EQ(record.jobs, 2U);
  EXPECT_EQ(world.read(first), some_files(5, 1));
  EXPECT_EQ(world.read(second), some_files(5, 2));
}

TEST_F(AnsiLabels, StayWhenTheVolumeIsRecycled) {
  world.append(some_files(5, 1));
  auto& record = world.catalog.record("V-0001");
  record.status = "Recycle";
  world.media.clear();
  const auto session = world.append(some_files(2, 2));
  EXPECT_EQ(world.read(session), some_files(2, 2)) << world.log.text();
  EXPECT_EQ(record.jobs, 1U);
  EXPECT_TRUE(first_block().starts_with("VOL1V-0001"));
}

}  // namespace
}  // namespace holdfast::volumes

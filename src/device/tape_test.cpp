// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include <fstream>

#include "base/endian.h"
#include "base/error.h"
#include "device/tape_device.h"
#include "testing/device/memory_tape.h"
#include "testing/device/tape_conformance.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::device {
namespace {

using testing_support::block_of;
using testing_support::MemoryTape;
using testing_support::TapeConformance;
using testing_support::TemporaryDirectory;

class EmulatedFixture final : public testing_support::TapeFixture {
 public:
  TapeDrive& tape() override { return *drive_; }

 private:
  MemoryTape memory_;
  std::unique_ptr<TapeDrive> drive_ = memory_.open();
};

INSTANTIATE_TEST_SUITE_P(Emulated, TapeConformance,
                         testing::Values([] { return std::make_unique<EmulatedFixture>(); }));

/// Label and mark, then files of so many blocks of 100 bytes, each but the last with its mark.
void write_files(Device& volume, std::initializer_list<int> files) {
  volume.write_block(block_of(100, 1));
  volume.write_filemark();
  bool is_first = true;
  for (const int blocks : files) {
    if (!std::exchange(is_first, false)) volume.write_filemark();
    for (int i = 0; i < blocks; ++i) volume.write_block(block_of(100, static_cast<std::uint8_t>(i + 2)));
  }
}

constexpr std::uint64_t at(std::uint64_t file, std::uint64_t block) { return file << 32 | block; }

std::uint8_t number_at(Device& volume, std::uint64_t address) {
  volume.seek(address);
  Buffer buffer;
  const auto outcome = volume.read_block(buffer);
  EXPECT_EQ(std::get<BlockRead>(outcome).address, address);
  return static_cast<std::uint8_t>(buffer[50]);
}

TapePlan plan_of(std::string_view text) { return parse_tape_plan(text); }

struct Capability {
  std::string_view name;
  std::string_view plan = {};
  TapeTraits traits = {};
};

std::vector<Capability> capabilities() {
  const auto without = [](auto... members) {
    TapeTraits traits;
    ((traits.*members = false), ...);
    return traits;
  };
  return {
      {"everything"},
      {"no MTEOM", "", without(&TapeTraits::hardware_end_of_medium)},
      {"no MTEOM in the drive", "unknown=eom"},
      {"no fast MTFSF", "",
       without(&TapeTraits::hardware_end_of_medium, &TapeTraits::fast_forward_space_file)},
      {"no MTIOCGET", "", without(&TapeTraits::use_mtiocget)},
      {"no MTIOCGET in the drive", "status=no"},
      {"a drive that does not know its position", "position=no"},
      {"no MTFSF", "", without(&TapeTraits::forward_space_file)},
      {"no MTFSF in the drive", "unknown=fsf"},
      {"no MTBSF", "", without(&TapeTraits::backward_space_file)},
      {"no MTBSF in the drive", "unknown=bsf"},
      {"no MTFSR", "", without(&TapeTraits::forward_space_record)},
      {"no MTFSR in the drive", "unknown=fsr"},
      {"no Block Positioning", "", without(&TapeTraits::block_positioning)},
      {"nothing but reading", "unknown=fsf,unknown=bsf,unknown=fsr,unknown=bsr,unknown=eom,status=no"},
  };
}

TEST(TapeDevice, FindsBlocksAndTheEndWithWhateverTheDriveCanDo) {
  for (const auto& capability : capabilities()) {
    SCOPED_TRACE(capability.name);
    MemoryTape tape(plan_of(capability.plan), capability.traits);
    const auto volume = tape.drive().open("", Drive::Access::append);
    write_files(*volume, {3, 4});
    volume->write_filemark();
    EXPECT_EQ(number_at(*volume, at(2, 3)), 5);
    EXPECT_EQ(number_at(*volume, at(2, 1)), 3);
    EXPECT_EQ(number_at(*volume, at(1, 2)), 4);
    EXPECT_EQ(number_at(*volume, at(0, 0)), 1);
    EXPECT_EQ(volume->seek_to_end(), at(3, 0));
    volume->write_block(block_of(100, 77));
    volume->write_filemark();
    EXPECT_EQ(number_at(*volume, at(3, 0)), 77);
    EXPECT_EQ(volume->seek_to_end(), at(4, 0));
  }
}

TEST(TapeDevice, FindsTheEndBehindBlocksThatACrashLeftWithoutAMark) {
  for (const auto& capability : capabilities()) {
    // Reading alone cannot tell the end of data from a mark.
    if (capability.name == "nothing but reading") continue;
    SCOPED_TRACE(capability.name);
    MemoryTape tape(plan_of(capability.plan), capability.traits);
    const bool can_tell = tape.drive().open("", Drive::Access::read) != nullptr;
    ASSERT_TRUE(can_tell);
    write_files(*tape.drive().open("", Drive::Access::append), {3, 4});
    const auto volume = tape.drive().open("", Drive::Access::append);
    if (!capability.traits.forward_space_file || capability.plan == "unknown=fsf") continue;
    EXPECT_EQ(volume->seek_to_end(), at(2, 4));
    volume->write_block(block_of(100, 77));
    EXPECT_EQ(number_at(*volume, at(2, 4)), 77);
  }
}

TEST(TapeDevice, GoesBackOverFilesWhereThatIsShorterThanRewinding) {
  MemoryTape tape;
  const auto volume = tape.drive().open("", Drive::Access::append);
  write_files(*volume, {3, 3, 3, 3, 3});
  volume->write_filemark();
  tape.plan() = plan_of("fault=rewind:1:io:1000");
  EXPECT_EQ(number_at(*volume, at(5, 2)), 4);
  EXPECT_EQ(number_at(*volume, at(4, 1)), 3);
  EXPECT_THROW(volume->seek(at(1, 0)), Error) << "that is nearer to the beginning";
}

TEST(TapeDevice, PadsBlocksAsTheirSizesSay) {
  struct Case {
    BlockSizes sizes;
    std::size_t length;
    std::size_t on_tape;
  };
  const Case cases[] = {
      {{.minimum = 0, .maximum = 65536}, 100, 1024},
      {{.minimum = 0, .maximum = 65536}, 1024, 1024},
      {{.minimum = 0, .maximum = 65536}, 1025, 2048},
      {{.minimum = 5000, .maximum = 65536}, 100, 5120},
      {{.minimum = 5000, .maximum = 65536}, 6000, 6144},
      {{.minimum = 64512, .maximum = 64512}, 100, 64512},
      {{.minimum = 64512, .maximum = 64512}, 64512, 64512},
  };
  for (const auto& [sizes, length, on_tape] : cases) {
    MemoryTape tape;
    const auto volume = tape.drive().open("", Drive::Access::append);
    volume->set_block_sizes(sizes);
    volume->write_block(block_of(length, 1));
    const auto primitive = tape.open();
    Buffer block(100'000, std::byte{0xff});
    EXPECT_EQ(primitive->read(block).value(), on_tape);
    EXPECT_TRUE(std::all_of(&block[length], &block[on_tape], [](std::byte b) { return b == std::byte{0}; }));
    volume->seek(0);
    EXPECT_EQ(std::get<BlockRead>(volume->read_block(block)).length, length);
  }
}

TEST(TapeDevice, TakesTwoMarksInARowForTheEnd) {
  MemoryTape tape;
  const auto volume = tape.drive().open("", Drive::Access::append);
  write_files(*volume, {1});
  volume->write_filemark();
  volume->write_filemark();
  volume->seek(at(1, 0));
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<Filemark>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
}

TEST(TapeDevice, EndsTheVolumeWhereTheMediumEnds) {
  MemoryTape tape(plan_of("capacity=3k"));
  const auto volume = tape.drive().open("", Drive::Access::append);
  for (std::uint8_t i = 1; i <= 3; ++i)
    EXPECT_EQ(volume->write_block(block_of(1000, i)), Device::Written::ok);
  EXPECT_EQ(volume->write_block(block_of(1000, 4)), Device::Written::end_of_medium);
  EXPECT_EQ(volume->position(), at(0, 3));
  EXPECT_EQ(volume->write_filemark(), Device::Written::ok);
  EXPECT_EQ(number_at(*volume, at(0, 2)), 3);
  EXPECT_EQ(volume->seek_to_end(), at(1, 0));
}

TEST(TapeDevice, LeavesNoPieceOfABlockAtTheEndOfTheMedium) {
  MemoryTape tape(plan_of("fault=write:2:short"));
  const auto volume = tape.drive().open("", Drive::Access::append);
  volume->write_block(block_of(1000, 1));
  EXPECT_EQ(volume->write_block(block_of(1000, 2)), Device::Written::end_of_medium);
  volume->write_filemark();
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<Filemark>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
}

TEST(TapeDevice, WarnsBeforeTheEndOfTheMedium) {
  MemoryTape tape(plan_of("capacity=10k,early warning=3k"));
  const auto volume = tape.drive().open("", Drive::Access::append);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(volume->write_block(block_of(1000, 1)), Device::Written::ok) << i;
  EXPECT_EQ(volume->write_block(block_of(1000, 1)), Device::Written::early_warning);
}

TEST(TapeDevice, EndsAFullVolumeWithTwoMarksWhereTheDriveNeedsThem) {
  TapeTraits traits;
  traits.two_eof = true;
  traits.bsf_at_eom = true;
  MemoryTape tape({}, traits);
  const auto volume = tape.drive().open("", Drive::Access::append);
  volume->write_block(block_of(1000, 1));
  volume->write_filemark();
  EXPECT_EQ(volume->position(), at(1, 0)) << "one between files";
  volume->write_block(block_of(1000, 2));
  volume->write_filemark(Device::Mark::behind_all);
  EXPECT_EQ(volume->position(), at(3, 0));
  EXPECT_EQ(volume->seek_to_end(), at(2, 0)) << "before the second mark";
  volume->write_block(block_of(1000, 4));
  EXPECT_EQ(number_at(*volume, at(2, 0)), 4);
}

TEST(TapeDevice, TriesAgainWhatMayPass) {
  MemoryTape tape(plan_of("fault=write:1:busy:3,fault=read:1:interrupt,fault=read:3:io,fault=rewind:3:busy"));
  const auto volume = tape.drive().open("", Drive::Access::append);
  EXPECT_EQ(volume->write_block(block_of(1000, 1)), Device::Written::ok);
  EXPECT_EQ(tape.waited(), 3 * write_retry_pause);
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  EXPECT_EQ(number_at(*volume, 0), 1);
  EXPECT_GE(tape.waited(), 3 * write_retry_pause + 2 * read_retry_pause);
}

TEST(TapeDevice, GivesUpAWriteThatGoesOnFailing) {
  MemoryTape tape(plan_of("fault=write:1:busy:4,fault=write:5:io"));
  const auto volume = tape.drive().open("", Drive::Access::append);
  EXPECT_THROW(volume->write_block(block_of(1000, 1)), Error);
  EXPECT_THROW(volume->write_block(block_of(1000, 1)), Error);
}

TEST(TapeDevice, ReadsOnBehindABlockThatTheTapeHasLost) {
  for (const auto* more : {"", ",position=no", ",status=no"}) {
    MemoryTape tape(plan_of(std::string("badblock=1:1") + more));
    const auto volume = tape.drive().open("", Drive::Access::append);
    write_files(*volume, {3});
    volume->seek(at(1, 0));
    Buffer buffer;
    EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
    const auto outcome = volume->read_block(buffer);
    ASSERT_TRUE(std::holds_alternative<DamagedBlock>(outcome)) << more;
    EXPECT_EQ(std::get<DamagedBlock>(outcome).address, at(1, 1));
    EXPECT_EQ(tape.waited(), 3 * read_retry_pause);
    EXPECT_EQ(std::get<BlockRead>(volume->read_block(buffer)).address, at(1, 2));
  }
}

TEST(TapeDevice, TakesAnErrorBehindAMarkForTheEndWhereItIsTold) {
  TapeTraits traits;
  traits.eof_on_error_is_eot = true;
  MemoryTape tape(plan_of("fault=read:3:io:100"), traits);
  const auto volume = tape.drive().open("", Drive::Access::append);
  write_files(*volume, {1});
  volume->seek(0);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<BlockRead>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<Filemark>(volume->read_block(buffer)));
  EXPECT_TRUE(std::holds_alternative<EndOfData>(volume->read_block(buffer)));
}

TEST(TapeDevice, SaysOfATapeWithoutAnythingThatItsFirstBlockIsDamagedWhereTheDriveFails) {
  MemoryTape tape(plan_of("fault=read:1:io:100,status=no"));
  const auto volume = tape.drive().open("", Drive::Access::append);
  Buffer buffer;
  EXPECT_TRUE(std::holds_alternative<DamagedBlock>(volume->read_block(buffer)));
  volume->truncate(0);
  EXPECT_EQ(volume->write_block(block_of(100, 1)), Device::Written::ok);
  MemoryTape knowing(plan_of("fault=read:1:io:100"));
  EXPECT_TRUE(
      std::holds_alternative<EndOfData>(knowing.drive().open("", Drive::Access::append)->read_block(buffer)));
}

TEST(TapeUnit, WaitsForADriveThatIsStillLoading) {
  MemoryTape tape(plan_of("fault=open:1:busy:4"));
  EXPECT_NE(tape.drive().open("", Drive::Access::read), nullptr);
  EXPECT_EQ(tape.waited(), 4 * open_retry_pause);
}

TEST(TapeUnit, GivesUpAfterMaximumOpenWait) {
  TapeTraits traits;
  traits.max_open_wait = std::chrono::seconds(20);
  MemoryTape tape(plan_of("fault=open:1:io:1000"), traits);
  EXPECT_THROW(tape.drive().open("", Drive::Access::read), Error);
  EXPECT_EQ(tape.waited(), std::chrono::seconds(20));
}

TEST(TapeUnit, SaysWhyItCannotBeWritten) {
  MemoryTape tape(plan_of("writeprotected=yes"));
  EXPECT_NE(tape.drive().open("", Drive::Access::read), nullptr);
  try {
    tape.drive().open("", Drive::Access::append);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
  }
}

TEST(TapeImage, ForgetsWhatAPowerCutTore) {
  MemoryTape tape;
  {
    const auto volume = tape.drive().open("", Drive::Access::append);
    write_files(*volume, {2});
    volume->flush();
    volume->write_block(block_of(5000, 9));
  }
  const auto before = tape.medium();
  const auto unflushed = before.contents.size() - before.durable.size();
  for (std::size_t surviving = 0; surviving <= unflushed; surviving += 97) {
    tape.medium() = before;
    tape.lose_power(surviving);
    const auto volume = tape.drive().open("", Drive::Access::append);
    ASSERT_EQ(volume->seek_to_end(), at(1, 2)) << surviving;
    volume->write_block(block_of(100, 50));
    EXPECT_EQ(number_at(*volume, at(1, 2)), 50);
  }
}

TEST(TapeImage, IsReadUpToARecordThatWasNotWhollyWritten) {
  MemoryTape tape;
  write_files(*tape.drive().open("", Drive::Access::append), {2});
  auto& contents = tape.medium().contents;
  std::fill(contents.end() - 300, contents.end(), std::byte{0});
  contents[contents.size() - 500] ^= std::byte{1};
  EXPECT_EQ(tape.drive().open("", Drive::Access::append)->seek_to_end(), at(1, 1));
}

TEST(TapeImage, RefusesFilesThatAreNoTapes) {
  MemoryTape tape;
  tape.medium().contents = to_buffer(std::string_view("a letter to somebody"));
  EXPECT_THROW(tape.open(), Error);
  EXPECT_EQ(tape.medium().contents.size(), 20U);
}

TEST(TapeImage, HasTheDocumentedForm) {
  MemoryTape tape;
  const auto drive = tape.open();
  ASSERT_TRUE(drive->write(to_buffer(std::string_view("hello, tape"))));
  ASSERT_TRUE(drive->operate(TapeOperation::write_filemarks, 1));
  const auto& bytes = tape.medium().contents;
  ASSERT_EQ(bytes.size(), 16U + 16 + 11 + 16);
  EXPECT_EQ(as_text(Bytes(bytes).first(16)), "HOLDFAST TAPE 1\n");
  EXPECT_EQ(as_text(Bytes(bytes).subspan(16, 4)), "HFB1");
  EXPECT_EQ(load<std::uint32_t>(&bytes[20]), 11U);
  EXPECT_EQ(load<std::uint64_t>(&bytes[24]), 0xe38ad1fc27559fefU);
  EXPECT_EQ(as_text(Bytes(bytes).subspan(43, 4)), "HFM1");
  EXPECT_EQ(load<std::uint64_t>(&bytes[51]), 0x7e3d518f4f7a0b17U);
}

TEST(EmulatedTape, ReadsItsPlanAgainWhenItChanges) {
  TemporaryDirectory directory;
  const auto path = directory.path() + "/tape";
  EXPECT_EQ(EmulatedTape::open(path, "", os::Tape::Access::write).error().value(), ENOMEDIUM);
  std::ofstream(path).close();
  auto tape = EmulatedTape::open(path, "capacity=10k", os::Tape::Access::write);
  ASSERT_TRUE(tape);
  EXPECT_TRUE((*tape)->write(Buffer(6000)));
  std::ofstream(path + ".plan") << "capacity=20k\nfault=write:2:io\n";
  EXPECT_TRUE((*tape)->write(Buffer(6000)));
  EXPECT_FALSE((*tape)->write(Buffer(6000)));
  std::filesystem::remove(path + ".plan");
  EXPECT_EQ((*tape)->write(Buffer(6000)).error(), std::errc::no_space_on_device);
}

TEST(EmulatedTape, IsACleaningCartridgeOrWriteProtectedWhenItIsTold) {
  TemporaryDirectory directory;
  const auto path = directory.path() + "/tape";
  std::ofstream(path).close();
  EXPECT_TRUE(EmulatedTape::open(path, "writeprotected=yes", os::Tape::Access::read));
  EXPECT_FALSE(EmulatedTape::open(path, "writeprotected=yes", os::Tape::Access::write));
  std::filesystem::create_symlink("tape", directory.path() + "/drive0");
  std::ofstream(path + ".plan") << "cleaning=yes";
  EXPECT_FALSE(EmulatedTape::open(directory.path() + "/drive0", "", os::Tape::Access::read));
}

TEST(TapePlan, RefusesWhatItDoesNotKnow) {
  for (const auto* text : {"speed=9", "capacity=much", "fault=write", "fault=write:x:io", "fault=jump:1:io",
                           "fault=write:1:sad", "badblock=3", "unknown=sing", "writeprotected=perhaps"})
    EXPECT_THROW(parse_tape_plan(text), Error) << text;
  EXPECT_EQ(parse_tape_plan("Capacity = 10 MB, Early_Warning=1k").capacity, 10'000'000U);
}

}  // namespace
}  // namespace holdfast::device

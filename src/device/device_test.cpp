// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/device.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "device/dedup_device.h"
#include "device/emulated_tape.h"
#include "device/encrypting_drive.h"
#include "device/file_device.h"
#include "device/loaded_file.h"
#include "device/tape_unit.h"
#include "testing/device/device_conformance.h"
#include "testing/device/faulty_device.h"
#include "testing/device/forwarding_drive.h"
#include "testing/device/memory_device.h"
#include "testing/device/memory_tape.h"
#include "testing/device/scsi_tape_double.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::device {
namespace {

using testing_support::block_of;
using testing_support::DeviceConformance;
using testing_support::DriveFixture;
using testing_support::FaultPlan;
using testing_support::FaultyDrive;
using testing_support::MemoryDrive;
using testing_support::MemoryTape;
using testing_support::TemporaryDirectory;

class FileFixture final : public DriveFixture {
 public:
  Drive& drive() override { return drive_; }

 private:
  TemporaryDirectory directory_;
  DirectoryDrive drive_{directory_.path()};
};

class MemoryFixture final : public DriveFixture {
 public:
  Drive& drive() override { return drive_; }

 private:
  MemoryDrive drive_;
};

class LoadedFileFixture final : public DriveFixture {
 public:
  LoadedFileFixture() { os::File(path_, os::File::Mode::create_or_write); }
  Drive& drive() override { return drive_; }

 private:
  TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/file";
  LoadedFileDrive drive_{path_};
};

class DecoratedFixture final : public DriveFixture {
 public:
  Drive& drive() override { return drive_; }
  bool make_busy() override { return tape_.make_busy(), true; }
  void make_ready() override { tape_.make_ready(); }

 private:
  MemoryTape tape_;
  FaultPlan no_faults_;
  FaultyDrive drive_{tape_.drive(), no_faults_};
};

class TapeFixture final : public DriveFixture {
 public:
  Drive& drive() override { return tape_.drive(); }
  bool make_busy() override { return tape_.make_busy(), true; }
  void make_ready() override { tape_.make_ready(); }

 private:
  MemoryTape tape_;
};

class EncryptingFixture final : public DriveFixture {
 public:
  EncryptingFixture() { drive_.use_key(std::string(32, 'k')); }
  Drive& drive() override { return drive_; }
  bool make_busy() override { return tape_.make_busy(), true; }
  void make_ready() override { tape_.make_ready(); }

 private:
  MemoryTape tape_;
  EncryptingDrive drive_{std::make_unique<testing_support::ForwardingDrive>(tape_.drive()),
                         std::make_unique<ScsiTapeDouble>(),
                         [](std::string_view key) { return to_buffer(key); }};
};

class DedupFixture final : public DriveFixture {
 public:
  Drive& drive() override { return drive_; }
  testing_support::Garbage garbage() const override { return testing_support::Garbage::refused; }

 private:
  TemporaryDirectory directory_;
  DedupDrive drive_{directory_.path(), dedup_default_block};
};

INSTANTIATE_TEST_SUITE_P(Dedupable, DeviceConformance,
                         testing::Values([] { return std::make_unique<DedupFixture>(); }));
INSTANTIATE_TEST_SUITE_P(Tape, DeviceConformance,
                         testing::Values([] { return std::make_unique<TapeFixture>(); }));
INSTANTIATE_TEST_SUITE_P(LoadedFile, DeviceConformance,
                         testing::Values([] { return std::make_unique<LoadedFileFixture>(); }));
INSTANTIATE_TEST_SUITE_P(Encrypting, DeviceConformance,
                         testing::Values([] { return std::make_unique<EncryptingFixture>(); }));
INSTANTIATE_TEST_SUITE_P(File, DeviceConformance,
                         testing::Values([] { return std::make_unique<FileFixture>(); }));
INSTANTIATE_TEST_SUITE_P(Memory, DeviceConformance,
                         testing::Values([] { return std::make_unique<MemoryFixture>(); }));
INSTANTIATE_TEST_SUITE_P(Faulty, DeviceConformance,
                         testing::Values([] { return std::make_unique<DecoratedFixture>(); }));

TEST(FileDevice, LeavesNoHalfBlockWhenTheDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  FileDevice device(os::File("/dev/full", os::File::Mode::write));
  // A character device cannot be truncated, so the refusal itself is what can be seen here.
  EXPECT_THROW(device.write_block(block_of(100, 1)), Error);
}

TEST(Drives, LetOneWriterToAVolumeAndSayWhoItIs) {
  TemporaryDirectory directory;
  DirectoryDrive files(directory.path());
  DedupDrive dedupable(directory.path(), dedup_default_block);
  LoadedFileDrive loaded(directory.path() + "/file");
  TapeUnit tape("\"Tape\"", {}, [&](os::Tape::Access access) {
    return EmulatedTape::open(directory.path() + "/tape", "", access);
  });
  os::File(directory.path() + "/tape", os::File::Mode::create_or_write);
  const auto refusal = [](Drive& drive, std::string_view volume) -> std::string {
    try {
      drive.open(volume, Drive::Access::append);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::refused ? error.message() : "another kind";
    }
    return "none";
  };
  for (const auto& [drive, volume] :
       {std::pair<Drive*, const char*>{&files, "file"}, {&dedupable, "dedup"}, {&tape, "tape"}}) {
    auto writer = drive->create(volume);
    EXPECT_NE(refusal(*drive, volume).find("is being written by device_test (process "), std::string::npos)
        << refusal(*drive, volume);
    EXPECT_NE(drive->open(volume, Drive::Access::read), nullptr);
    if (drive == &files) {
      EXPECT_NE(refusal(loaded, volume), "none");
    }
    writer.reset();
    EXPECT_EQ(refusal(*drive, volume), "none");
  }
}

TEST(DirectoryDrive, RefusesNamesThatLeaveTheDirectory) {
  TemporaryDirectory directory;
  DirectoryDrive drive(directory.path());
  for (const auto* name : {"", ".", "..", "a/b", "../x"}) EXPECT_THROW(drive.create(name), Error) << name;
  EXPECT_THROW(drive.create(std::string_view("a\0b", 3)), Error);
}

TEST(MemoryDevice, ForgetsWhatWasNotFlushed) {
  MemoryDrive drive;
  const auto volume = drive.create("V");
  volume->write_block(block_of(100, 1));
  volume->flush();
  volume->write_block(block_of(100, 2));
  auto& medium = drive.medium("V");
  medium.lose_power(30);
  EXPECT_EQ(medium.contents.size(), 130U);
  volume->seek_to_end();
  volume->write_block(block_of(100, 3));
  medium.lose_power();
  EXPECT_EQ(medium.contents.size(), 130U);
}

TEST(MemoryDevice, IsFullAtItsCapacity) {
  MemoryDrive drive;
  drive.set_capacity(250);
  const auto volume = drive.create("V");
  EXPECT_EQ(volume->write_block(block_of(200, 1)), Device::Written::ok);
  EXPECT_EQ(volume->write_block(block_of(51, 1)), Device::Written::end_of_medium);
  EXPECT_EQ(volume->position(), 200U);
  EXPECT_EQ(volume->write_block(block_of(50, 1)), Device::Written::ok);
}

TEST(FaultyDevice, FailsWhenPlannedAndEverAfter) {
  MemoryDrive memory;
  FaultPlan plan{.fail_at = 2};
  FaultyDrive drive(memory, plan);
  const auto volume = drive.create("V");
  volume->write_block(block_of(100, 1));
  EXPECT_FALSE(plan.fired());
  EXPECT_THROW(volume->flush(), Error);
  EXPECT_THROW(volume->write_block(block_of(100, 1)), Error);
  EXPECT_TRUE(plan.fired());
}

TEST(TracingDevice, WritesDownWhatIsDone) {
  MemoryDrive memory;
  std::vector<std::string> trace;
  testing_support::TracingDevice device(memory.create("V"), trace);
  device.write_block(block_of(100, 1));
  device.seek(0);
  Buffer buffer;
  device.read_block(buffer);
  device.flush();
  EXPECT_EQ(trace, (std::vector<std::string>{"write 100", "seek 0", "read", "flush"}));
}

}  // namespace
}  // namespace holdfast::device

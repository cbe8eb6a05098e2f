// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "testing/volumes/volume_world.h"
#include "volumes/checker/check_volume.h"

namespace holdfast::volumes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::some_files;
using testing_support::TestRecord;
using testing_support::VolumeWorld;

/// A block, and behind it more garbage than is ever cut off.
struct MemoryDriveWithGarbage {
  static constexpr std::size_t size = 100 + 65UL * 1024 * 1024;
  testing_support::MemoryDrive drive;
  std::unique_ptr<device::Device> medium = drive.create("V");

  MemoryDriveWithGarbage() {
    medium->write_block(testing_support::block_of(100, 1));
    drive.medium("V").contents.resize(size, std::byte{0x55});
  }
};

/// Takes blocks only once the job is cancelled: until then they pile up.
class StalledSink final : public BlockSink {
 public:
  explicit StalledSink(std::stop_token stop) : stop_(std::move(stop)) {}
  void write(const format::BuiltBlock& block) override {
    Guarded<bool> never;
    never.wait(
        stop_, [](bool) { return false; }, [](bool) {});
    blocks.push_back(block.bytes);
  }
  std::size_t max_block_size() const override { return 1024; }
  std::vector<Buffer> blocks;

 private:
  std::stop_token stop_;
};

TEST(Append, OfACancelledJobLosesNoBlockThatItsEndCounts) {
  VolumeWorld world;
  std::stop_source stop;
  StalledSink sink(stop.get_token());
  testing_support::MemoryAttributes attributes;
  AppendSession session(sink, world.job(1), attributes, world.clock, stop.get_token());
  std::jthread cancelling;
  const auto files = some_files(200, 1);
  std::size_t taken = 0;
  EXPECT_THROW(
      {
        for (const auto& record : files) {
          // Before the queue is full: this thread then waits in one of the next records, or finds the job cancelled.
          if (++taken == 8) cancelling = std::jthread([&] { stop.request_stop(); });
          session.record(record.file_index, record.stream, as_bytes(record.payload));
        }
      },
      Error);
  cancelling.join();
  session.close(JobStatus::cancelled, 0);

  FindingList found;
  VolumeChecker checker(found);
  checker.start_volume("");
  std::uint64_t address = 0;
  for (const auto& block : sink.blocks) {
    checker.block(address, address + block.size() - 1, block);
    address += block.size();
  }
  checker.finish();
  // The file that was cut short is nobody's mistake.
  EXPECT_EQ(found.text(Severity::error),
            "error:  0:0+24 session 1/1700000000: the volume does not begin with a label\n");
}

TEST(Append, ToANewVolumeAsksTheCatalogInTheRecordedOrder) {
  VolumeWorld world;
  const auto files = some_files(3, 1);
  const auto session = world.append(files);
  EXPECT_THAT(world.catalog.trace(),
              ElementsAre("find", "update V-0001 Append relabel", "get V-0001 append", "update V-0001 Append",
                          "update V-0001 Append", "media 0-0", "media 1-3", "update V-0001 Append"));
  EXPECT_EQ(world.read(session), files);
  EXPECT_EQ(world.catalog.record("V-0001").bytes, world.shelf.medium("V-0001").contents.size());
  EXPECT_EQ(world.catalog.record("V-0001").blocks, 2U);
}

TEST(Append, ToAVolumeInUseGoesToItsEnd) {
  VolumeWorld world;
  const auto first = world.append(some_files(3, 1));
  world.catalog.clear_trace();
  const auto second = world.append(some_files(4, 2));
  EXPECT_THAT(world.catalog.trace(),
              ElementsAre("find", "get V-0001 append", "update V-0001 Append", "update V-0001 Append",
                          "media 0-0", "media 1-4", "update V-0001 Append"));
  EXPECT_EQ(world.read(first), some_files(3, 1));
  EXPECT_EQ(world.read(second), some_files(4, 2));
}

TEST(Append, GoesOnToFurtherVolumesWhenOneIsFull) {
  for (const bool by_catalog : {true, false}) {
    VolumeWorld world;
    world.settings.max_block_size = 1024;
    world.restart();
    if (by_catalog) {
      world.catalog.set_max_bytes(5000);
    } else {
      world.shelf.set_capacity(5000);
    }
    const auto files = some_files(20, 3, 2500);
    const auto session = world.append(files);
    EXPECT_GT(world.catalog.records().size(), 3U);
    EXPECT_EQ(world.catalog.record("V-0001").status, "Full");
    EXPECT_EQ(world.read(session), files);
    for (const auto& record : world.catalog.records()) {
      EXPECT_LE(record.bytes, 5000U);
      EXPECT_EQ(record.bytes, world.shelf.medium(record.name).contents.size());
    }
  }
}

TEST(Append, EndsWhenABlockFitsNoVolume) {
  VolumeWorld world;
  world.catalog.set_max_bytes(300);
  EXPECT_THROW(world.append(some_files(1, 1)), Error);
  EXPECT_EQ(world.catalog.records().size(), 7U);
  EXPECT_EQ(world.device->state().writers, 0U);
}

TEST(Append, EndsWhenTheDiskHasNoRoomForAnotherVolume) {
  VolumeWorld world;
  world.shelf.set_capacity(300);
  try {
    world.append(some_files(10, 1));
    ADD_FAILURE() << "there was room";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::no_space);
    EXPECT_THAT(error.message(), HasSubstr("No space left on device"));
  }
  EXPECT_EQ(world.catalog.records().size(), 1U);
  EXPECT_EQ(world.catalog.record("V-0001").status, "Append");
}

TEST(Append, KeepsRangesShortByMaximumFileSize) {
  VolumeWorld world;
  world.settings.max_block_size = 512;
  world.settings.max_file_size = 2000;
  world.restart();
  const auto files = some_files(10, 5, 1500);
  const auto session = world.append(files);
  EXPECT_GT(world.media.size(), 3U);
  for (const auto& [owner, stored] : world.media) EXPECT_LT(stored.range.end - stored.range.start, 2000U);
  EXPECT_EQ(world.read(session), files);
}

TEST(Append, WithoutALabelledVolumeAndWithoutAutolabelTriesTheNext) {
  VolumeWorld world;
  auto first = world.catalog.find_media({});
  first->bytes = 1000;
  first->status = "Append";
  world.catalog.update_media(*first, VolumeCatalog::Relabelled::no, 0);
  world.append(some_files(1, 1));
  EXPECT_EQ(world.catalog.record("V-0001").status, "Error");
  EXPECT_EQ(world.catalog.record("V-0002").jobs, 1U);
  EXPECT_THAT(world.log.text(), HasSubstr("Marking Volume \"V-0001\" in Error in Catalog."));
}

TEST(Append, RecyclesAVolume) {
  VolumeWorld world;
  world.append(some_files(5, 1));
  auto& record = world.catalog.record("V-0001");
  record.status = "Recycle";
  record.bytes = 1;
  world.media.clear();
  const auto session = world.append(some_files(2, 2));
  EXPECT_EQ(world.read(session), some_files(2, 2));
  EXPECT_THAT(world.log.text(), HasSubstr("Recycled volume \"V-0001\""));
  EXPECT_EQ(record.jobs, 1U);
}

TEST(Append, RefusesAVolumeShorterThanTheCatalogSays) {
  VolumeWorld world;
  world.append(some_files(5, 1));
  world.shelf.medium("V-0001").contents.resize(1000);
  world.append(some_files(1, 2));
  EXPECT_EQ(world.catalog.record("V-0001").status, "Error");
  EXPECT_EQ(world.catalog.record("V-0002").jobs, 1U);
}

TEST(Append, CutsOffWhatACrashLeftHalfWritten) {
  VolumeWorld world;
  const auto first = world.append(some_files(3, 1));
  auto& contents = world.shelf.medium("V-0001").contents;
  const auto size = contents.size();
  contents.resize(size + 700, std::byte{0x42});
  const auto second = world.append(some_files(3, 2));
  EXPECT_THAT(world.log.text(), HasSubstr("Correcting Catalog"));
  EXPECT_EQ(world.media.back().second.range.start, size);
  EXPECT_EQ(world.read(first), some_files(3, 1));
  EXPECT_EQ(world.read(second), some_files(3, 2));
}

TEST(Append, FailsEveryJobWhoseBlocksABrokenDeviceMayHaveLost) {
  VolumeWorld world;
  world.settings.max_block_size = 1024;
  world.restart();
  const auto first = world.job(1);
  const auto second = world.job(2);
  BlockWriter one(*world.device, first.mounting, world.catalog, world.log, world.stamp, world.clock, {});
  BlockWriter other(*world.device, second.mounting, world.catalog, world.log, world.stamp, world.clock, {});
  one.open({});
  other.open({});
  const format::BuiltBlock block{
      .bytes = testing_support::block_of(500, 1), .first_index = 1, .last_index = 1};
  one.write(block);
  world.faults.fail_at = world.faults.operations;
  EXPECT_THROW(other.write(block), Error);
  world.faults.fail_at = -1;
  EXPECT_THROW(one.write(block), Error) << "its first block was never flushed";
  EXPECT_THROW(one.release(), Error);
  EXPECT_TRUE(world.catalog.job_media().empty());
}

TEST(Append, LeavesAloneWhatNoCrashExplains) {
  MemoryDriveWithGarbage world;
  EXPECT_EQ(trim_torn_tail(*world.medium, 100), world.size);
  EXPECT_EQ(world.medium->seek_to_end(), world.size);
}

TEST(Append, PassesAttributesOnOnlyBehindTheirData) {
  VolumeWorld world;
  world.settings.max_block_size = 512;
  world.restart();
  world.append(some_files(1, 1));
  // A file of many blocks: nothing of it may reach the catalog before its last block is written.
  struct Watching final : AttributeSink {
    explicit Watching(testing_support::MemoryMedium& on) : medium(on) {}
    void attributes(std::vector<CatalogRecord> batch) override {
      for (const auto& record : batch) sizes[record.file_index] = medium.contents.size();
    }
    testing_support::MemoryMedium& medium;
    std::map<std::int32_t, std::size_t> sizes;
  } watching(world.shelf.medium("V-0001"));
  const auto what = world.job(9);
  BlockWriter writer(*world.device, what.mounting, world.catalog, world.log, world.stamp, world.clock, {});
  writer.open({});
  const auto start = world.shelf.medium("V-0001").contents.size();
  AppendSession session(writer, what, watching, world.clock, {});
  session.record(1, 1, as_bytes("attributes"));
  session.record(1, 2, Buffer(5000));
  session.record(2, 1, as_bytes("attributes"));
  session.close(JobStatus::terminated, 0);
  writer.release();
  EXPECT_GE(watching.sizes[1], start + 5000);
}

TEST(Append, ReadsBackWhateverWasWritten) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    VolumeWorld world;
    world.settings.max_block_size = 300 + random() % 3000;
    world.settings.max_file_size = 3000 + random() % 100000;
    world.restart();
    world.catalog.set_max_bytes(random() % 2 == 0 ? 0 : 8000 + random() % 50000);
    std::vector<std::pair<VolumeSession, std::vector<TestRecord>>> jobs;
    for (int i = 0; i < 6; ++i) {
      auto files = some_files(1 + static_cast<unsigned>(random() % 12), seed * 100 + static_cast<unsigned>(i),
                              random() % 6000);
      const auto session = world.append(files);
      jobs.emplace_back(session, std::move(files));
      if (random() % 3 == 0) world.restart();
    }
    for (const auto& [session, files] : jobs) ASSERT_EQ(world.read(session), files) << "seed " << seed;
  }
}

}  // namespace
}  // namespace holdfast::volumes

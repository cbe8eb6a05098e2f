// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/attribute_spool.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include "base/error.h"
#include "testing/storage/storage_world.h"
#include "testing/transport/memory_stream.h"
#include "testing/volumes/memory_spool.h"
#include "wire/catalog_requests.h"

namespace holdfast::storage {
namespace {

using namespace testing_support;

struct AttributeSpoolTest : testing::Test {
  StorageWorld world;
  wire::StorageJobCommand command;
  std::unique_ptr<StorageJob> job;
  std::unique_ptr<transport::Channel> ours, theirs;
  std::unique_ptr<DirectorLine> director;
  MemorySpool::Disk disk;

  AttributeSpoolTest() {
    command.job = "job.1";
    job = std::make_unique<StorageJob>(command, VolumeSession{1, 2}, "key", world.clock.now());
    auto [a, b] = transport::memory_pair();
    ours = std::make_unique<transport::Channel>(std::move(a));
    theirs = std::make_unique<transport::Channel>(std::move(b));
    director = std::make_unique<DirectorLine>(*ours, *job, "lab-sd", world.clock);
  }
  static volumes::CatalogRecord record(std::int32_t index) {
    return {index, 1, to_buffer(as_bytes(fmt::format("{} 3 /f{}{}", index, index, std::string(1000, 'x'))))};
  }
  void hang_up() {
    ours->flush();
    ours->close();
  }
  /// The file indexes that arrive until the line is closed.
  std::vector<std::int32_t> arrived() {
    std::vector<std::int32_t> indexes;
    while (true) {
      const auto received = theirs->receive();
      const auto* packet = std::get_if<transport::Packet>(&received);
      if (packet == nullptr) return indexes;
      indexes.push_back(wire::decode_attributes_update(as_bytes(packet->text())).value().file_index);
    }
  }
};

TEST_F(AttributeSpoolTest, SendsWhatItKeptInOrder) {
  std::vector<std::int32_t> expected;
  std::vector<std::int32_t> found;
  std::jthread reading([&] { found = arrived(); });
  AttributeSpool spool(std::make_unique<MemorySpool>(disk));
  for (std::int32_t index = 1; index <= 1000; ++index) {
    EXPECT_TRUE(spool.add(director->head_of(record(index)), record(index).data));
    expected.push_back(index);
  }
  spool.send_all(*director);
  hang_up();
  reading.join();
  EXPECT_EQ(found, expected);
}

TEST_F(AttributeSpoolTest, LosesNothingWhenTheDiskIsFull) {
  disk.capacity = 600'000;
  std::vector<std::int32_t> found;
  std::jthread reading([&] { found = arrived(); });
  AttributeSpool spool(std::make_unique<MemorySpool>(disk));
  std::int32_t index = 1;
  while (spool.add(director->head_of(record(index)), record(index).data)) ++index;
  spool.send_all(*director);
  hang_up();
  reading.join();
  ASSERT_EQ(found.size(), static_cast<std::size_t>(index));
  EXPECT_EQ(found.back(), index);
}

TEST_F(AttributeSpoolTest, NoticesDamage) {
  std::jthread reading([&] { arrived(); });
  AttributeSpool spool(std::make_unique<MemorySpool>(disk));
  for (std::int32_t index = 1; index <= 500; ++index)
    spool.add(director->head_of(record(index)), record(index).data);
  disk.contents.front() = std::byte{0x7f};
  EXPECT_THROW(spool.send_all(*director), Error);
  hang_up();
}

}  // namespace
}  // namespace holdfast::storage

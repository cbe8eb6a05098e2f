// SPDX-License-Identifier: AGPL-3.0-or-later
// Jobs on devices that compress and decompress.
#include <gmock/gmock.h>

#include "testing/storage/fake_peers.h"

namespace holdfast::storage {
namespace {

using testing::HasSubstr;
using namespace testing_support;
using stream::XflateRules;

constexpr int file_data = 2, compressed_data = 29;

const XflateRules deflating{.inflate = XflateRules::Inflate::no,
                            .deflate = codec::Compression{codec::Algorithm::lz4, 6}};
const XflateRules inflating{.inflate = XflateRules::Inflate::yes, .deflate = {}};

/// Files of zeros, which become much smaller.
std::vector<TestRecord> small_when_compressed() {
  auto files = some_files(5, 1);
  for (auto& record : files)
    if (record.stream == file_data) record.payload.assign(200'000, '\0');
  return files;
}

std::size_t count_of(int stream, const std::vector<TestRecord>& records) {
  return static_cast<std::size_t>(std::count_if(records.begin(), records.end(),
                                                [&](const auto& record) { return record.stream == stream; }));
}

struct World {
  World(XflateRules on_write, XflateRules on_read)
      : storage(4, [&](volumes::DeviceSettings& settings) {
          settings.on_write = on_write;
          settings.on_read = on_read;
        }) {}

  JobOutcome back_up(const std::vector<TestRecord>& files) {
    auto outcome = director.back_up(++jobs, [&](FakeClient& client) { client.append(files); });
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return outcome;
  }
  std::vector<TestRecord> restore(const JobOutcome& from) {
    std::vector<TestRecord> records;
    const auto outcome =
        director.restore(++jobs, bootstrap_of(from), [&](FakeClient& client) { records = client.read(); });
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return records;
  }
  JobOutcome copy(const JobOutcome& from) {
    auto outcome = director.copy({.job_id = ++jobs,
                                  .bootstrap = bootstrap_of(from),
                                  .read = {},
                                  .write = {"DeflateStorage", "FileZ"}});
    EXPECT_TRUE(outcome.is_good()) << outcome.messages;
    return outcome;
  }

  StorageWorld storage;
  MemoryCatalog catalog;
  FakeDirector director{storage, catalog};
  std::uint32_t jobs = 0;
};

TEST(AutoXflate, CompressesOnTheWayToTheVolume) {
  World world(deflating, {});
  const auto files = small_when_compressed();
  const auto outcome = world.back_up(files);
  EXPECT_THAT(outcome.messages, HasSubstr("autoxflate-sd: Compressor on device FileStorage is LZ4\n"));
  EXPECT_LT(outcome.end->bytes, 100'000U);
  const auto restored = world.restore(outcome);
  EXPECT_EQ(count_of(file_data, restored), 0U);
  EXPECT_EQ(count_of(compressed_data, restored), count_of(file_data, files));
  EXPECT_EQ(restored.size(), files.size());
}

TEST(AutoXflate, DecompressesOnTheWayBack) {
  World world(deflating, inflating);
  const auto files = small_when_compressed();
  EXPECT_EQ(world.restore(world.back_up(files)), files);
}

TEST(AutoXflate, KnowsZstandard) {
  const XflateRules zstd{.inflate = XflateRules::Inflate::no,
                         .deflate = codec::Compression{codec::Algorithm::zstd, 6}};
  World world(zstd, inflating);
  const auto files = small_when_compressed();
  const auto outcome = world.back_up(files);
  EXPECT_LT(outcome.end->bytes, 100'000U);
  EXPECT_EQ(world.restore(outcome), files);
}

TEST(AutoXflate, LeavesCopiesAloneUnlessTold) {
  World world({}, {});
  world.storage.add_device("DeflateStorage", "FileZ",
                           [](volumes::DeviceSettings& settings) { settings.on_write = deflating; });
  const auto files = small_when_compressed();
  const auto backup = world.back_up(files);
  EXPECT_EQ(world.restore(world.copy(backup)), files);
  world.storage.configuration->storages.front().autoxflate_on_replication = true;
  EXPECT_EQ(count_of(compressed_data, world.restore(world.copy(backup))), count_of(file_data, files));
}

TEST(AutoXflate, StillProvesWhatTheClientSent) {
  World plain({}, {}), deflated(deflating, {});
  const auto files = small_when_compressed();
  plain.director.speaks_extensions = deflated.director.speaks_extensions = true;
  const auto one = plain.back_up(files), other = deflated.back_up(files);
  ASSERT_TRUE(one.proof && other.proof);
  EXPECT_EQ(one.proof->digest, other.proof->digest);
  EXPECT_EQ(one.proof->bytes, other.proof->bytes);
}

}  // namespace
}  // namespace holdfast::storage

// SPDX-License-Identifier: AGPL-3.0-or-later
// A Storage Daemon that is not what it should be sends records that try to get out of `where`, or to eat memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "archive/restore.h"
#include "base/endian.h"
#include "base/error.h"
#include "codec/compression.h"
#include "format/compression_header.h"
#include "testing/archive/made_archive.h"
#include "testing/tree/snapshot.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::archive {
namespace {

using format::FileType;
using format::StreamId;
using testing::HasSubstr;

/// A folder to restore to, and one beside it that must stay as it is.
class HostileRestore : public testing::Test {
 protected:
  HostileRestore() {
    std::filesystem::create_directories(where());
    std::filesystem::create_directories(outside());
    std::ofstream(outside() + "/secret") << "untouched";
    before_ = tree::snapshot(source_, outside(), tree::Compare::without_owners);
  }
  ~HostileRestore() override {
    EXPECT_EQ(tree::snapshot(source_, outside(), tree::Compare::without_owners), before_);
  }

  std::string where() const { return directory_.path() + "/where"; }
  std::string outside() const { return directory_.path() + "/outside"; }

  Result restore(unsigned workers = 1) {
    tree::PosixTarget target(where());
    RestoreOptions options;
    options.where = where();
    options.workers = workers;
    return Result(archive_, target, options);
  }

  tree::TemporaryDirectory directory_;
  tree::PosixSource source_;
  std::map<std::string, std::string> before_;
  MadeArchive archive_;
};

TEST_F(HostileRestore, ClimbsNowhere) {
  for (const auto* name : {"/../outside/a", "/x/../../outside/b", "../outside/c", "/..", "/./../outside/d"})
    archive_.file(name, "bad");
  archive_.add(FileType::directory, "/../outside/", 0040777);
  archive_.add(FileType::symlink, "/../outside/link", 0120777, 0, "x");
  archive_.add(FileType::special, "/../outside/fifo", 0010666);
  archive_.add(FileType::hard_link_saved, "/stolen", 0100644, 0, "/../outside/secret");
  archive_.add(FileType::hard_link_saved, "/../outside/planted", 0100644, 0, "/stolen");
  const auto result = restore();
  EXPECT_GE(result.totals.errors, 10U) << result.report.text();
  EXPECT_FALSE(std::filesystem::exists(where() + "/stolen"));
}

TEST_F(HostileRestore, WritesThroughNoLinkThatItPlanted) {
  archive_.add(FileType::symlink, "/way", 0120777, 0, outside());
  archive_.add(FileType::symlink, "/file", 0120777, 0, outside() + "/secret");
  archive_.file("/way/planted", "bad");
  archive_.file("/way/secret", "bad");
  archive_.add(FileType::directory, "/way/", 0040700);  // takes the place of the link
  archive_.add(FileType::directory, "/way/below/", 0040700);
  archive_.add(FileType::hard_link_saved, "/way/linked", 0100644, 0, "/file");
  archive_.file("/file", "replaces the link");
  const auto result = restore();
  EXPECT_EQ(result.totals.errors, 2U) << result.report.text();
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(where() + "/file")));
  EXPECT_TRUE(std::filesystem::is_directory(std::filesystem::symlink_status(where() + "/way")));
}

TEST_F(HostileRestore, GivesNoAttributesThroughLinks) {
  archive_.add(FileType::directory, "/folder/", 0040700);
  archive_.add(FileType::symlink, "/link", 0120777, 0, outside() + "/secret");
  archive_.add(FileType::hard_link_saved, "/second", 0104777, 0, "/link");
  archive_.add(FileType::symlink, "/folder", 0120777, 0, outside());
  for (const unsigned workers : {1U, 3U}) restore(workers);
  EXPECT_TRUE(std::filesystem::is_directory(std::filesystem::symlink_status(where() + "/folder")));
}

TEST_F(HostileRestore, WritesIntoNoDeviceThatItMade) {
  if (!tree::is_privileged()) GTEST_SKIP() << "only root can make devices";
  // The device of the temporary files would do; full and null do no harm where the test fails.
  constexpr std::uint64_t null = 0x103;
  archive_.add(FileType::special, "/disk", 0020666, 0, "", StreamId::file_data, null);
  archive_.add(FileType::hard_link_saved, "/other", 0020666, 0, "/disk");
  archive_.add(FileType::raw_device, "/disk", 0020666, 3);
  archive_.put(StreamId::file_data, as_bytes(std::string_view("raw")));
  archive_.add(FileType::raw_device, "/other", 0020666, 3);
  archive_.put(StreamId::file_data, as_bytes(std::string_view("raw")));
  restore();
  for (const auto* name : {"/disk", "/other"}) {
    EXPECT_TRUE(std::filesystem::is_regular_file(where() + name)) << name;
    EXPECT_EQ(std::filesystem::file_size(where() + name), 3U) << name;
  }
}

TEST_F(HostileRestore, SizesThatLieAreErrorsAndTakeNoRoom) {
  constexpr auto huge = std::int64_t{1} << 62;
  archive_.add(FileType::regular, "/plain", 0100644, huge);
  archive_.put(StreamId::file_data, as_bytes(std::string_view("few")));
  archive_.add(FileType::regular, "/sparse", 0100644, huge, "", StreamId::sparse_data);
  Buffer record(8);
  store(record.data(), ~std::uint64_t{0} - 1);
  record.resize(20);
  archive_.put(StreamId::sparse_data, record);
  archive_.add(FileType::regular, "/negative", 0100644, -5);
  const auto result = restore();
  EXPECT_THAT(result.report.text(),
              HasSubstr("File size of restored file " + where() + "/plain not correct"));
  EXPECT_THAT(result.report.text(), HasSubstr("Write error on " + where() + "/sparse"));
}

TEST_F(HostileRestore, ADecompressionBombIsRefused) {
  const Buffer zeros(64 * 1024 * 1024);
  codec::Compression compression;
  compression.algorithm = codec::Algorithm::gzip;
  compression.level = 9;
  const auto compressor = codec::make_compressor(compression);
  const auto packed = to_buffer(compressor->compress(zeros));
  Buffer record(format::CompressionHeader::size);
  format::CompressionHeader header;
  header.algorithm = static_cast<decltype(header.algorithm)>(0x475a4950);
  header.level = 9;
  header.compressed_size = static_cast<std::uint32_t>(packed.size());
  format::store(record.data(), header);
  record.insert(record.end(), packed.begin(), packed.end());
  archive_.add(FileType::regular, "/bomb", 0100644, 1000, "", StreamId::compressed_data);
  archive_.put(StreamId::compressed_data, record);
  archive_.file("/after", "good");
  const auto result = restore();
  EXPECT_THAT(result.report.text(), HasSubstr("unfolds to more than"));
  EXPECT_EQ(std::filesystem::file_size(where() + "/after"), 4U);
}

TEST_F(HostileRestore, AStormOfPluginNamesIsToldOnce) {
  for (int i = 0; i < 1000; ++i) {
    archive_.add(FileType::regular_empty, "/file" + std::to_string(i), 0100644);
    archive_.put(StreamId::plugin_name, as_bytes("1 1 1 plugin" + std::to_string(i) + ":x"));
  }
  const auto result = restore();
  EXPECT_LE(result.report.messages.size(), 1100U);
}

}  // namespace
}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "archive/backup.h"
#include "base/endian.h"
#include "testing/archive/record_list.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::archive {
namespace {

using format::StreamId;

TEST(SpecialFiles, TheContentOfAListedFifoIsSaved) {
  const tree::TemporaryDirectory directory;
  const auto path = directory.path() + "/fifo";
  ASSERT_TRUE(tree::PosixTarget().make_node(path, 0010600, 0));
  const std::string content(300'000, 'x');
  const std::jthread writer([&] { std::ofstream(path) << content; });
  BackupOptions options;
  options.files = selection::made_fileset("Mr", {path});
  RecordList records;
  ReportList report;
  tree::PosixSource source;
  const auto totals = Backup(source, options, records, report).run({});
  EXPECT_EQ(report.text(), "");
  EXPECT_EQ(totals.read_bytes, content.size());
  EXPECT_EQ(as_text(records.stream(1, StreamId::file_data)), content);
}

TEST(SpecialFiles, HolesAreNotReadAndTheLastBlockIsSent) {
  const tree::TemporaryDirectory directory;
  const auto path = directory.path() + "/sparse";
  constexpr std::uint64_t size = std::uint64_t{1} << 40, block = 262136;
  tree::PosixTarget target;
  const auto file = *target.create_file(path, 0600);
  ASSERT_TRUE(file->write_at(5 * block + 100, as_bytes("early")));
  ASSERT_TRUE(file->write_at(size / 2, as_bytes("middle")));
  if (!file->set_size(size)) GTEST_SKIP() << "no file this large here";
  // A file that is written to this very moment would be told of.
  std::filesystem::last_write_time(path,
                                   std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  BackupOptions options;
  options.files = selection::made_fileset("s", {path});
  RecordList records;
  ReportList report;
  tree::PosixSource source;
  const auto totals = Backup(source, options, records, report).run({});
  EXPECT_EQ(report.text(), "");
  EXPECT_EQ(totals.read_bytes, size);
  std::vector<std::uint64_t> offsets;
  for (const auto& record : records.records())
    if (record.stream == StreamId::sparse_data) offsets.push_back(load<std::uint64_t>(record.payload.data()));
  EXPECT_THAT(offsets, testing::ElementsAre(5 * block, size / 2 / block * block, (size - 1) / block * block));
}

}  // namespace
}  // namespace holdfast::archive

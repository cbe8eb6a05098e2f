// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "archive/backup.h"
#include "archive/fileset_reader.h"
#include "testing/archive/record_list.h"
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
  FileSetReader reader;
  for (const auto& line : {std::string("I"), std::string("O Mr"), std::string("N"), "F " + path})
    reader.line(line);
  BackupOptions options;
  options.files = reader.finish();
  RecordList records;
  ReportList report;
  tree::PosixSource source;
  const auto totals = Backup(source, options, records, report).run({});
  EXPECT_EQ(report.text(), "");
  EXPECT_EQ(totals.read_bytes, content.size());
  EXPECT_EQ(as_text(records.stream(1, StreamId::file_data)), content);
}

}  // namespace
}  // namespace holdfast::archive

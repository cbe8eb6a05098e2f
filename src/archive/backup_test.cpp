// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "archive/data_writer.h"
#include "base/endian.h"
#include "base/error.h"
#include "format/attributes.h"
#include "format/packed_stat.h"
#include "testing/archive/record_list.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/faulty_source.h"
#include "testing/tree/memory_tree.h"

namespace holdfast::archive {
namespace {

using format::StreamId;
using testing::HasSubstr;
using testing::IsEmpty;
using tree::FaultySource;
using tree::MemoryTree;
using tree::SourceCall;

BackupOptions options_for(selection::FileSet files) {
  BackupOptions options;
  options.files = std::move(files);
  return options;
}

/// A backup of some paths of a tree, and everything that came of it.
struct Saving {
  explicit Saving(tree::FileSource& source, BackupOptions options) {
    Backup backup(source, std::move(options), records, report);
    totals = backup.run({});
  }
  Saving(tree::FileSource& source, const std::string& letters, std::vector<std::string> paths)
      : Saving(source, options_for(selection::made_fileset(letters, std::move(paths)))) {}

  std::string attributes(std::int32_t index) const {
    return std::string(as_text(records.stream(index, StreamId::unix_attributes)));
  }
  RecordList records;
  ReportList report;
  BackupTotals totals;
};

TEST(Backup, WritesTheAttributesOfTheSpecification) {
  MemoryTree tree;
  tree.put("/etc/hello", "hello, world\n");
  auto& node = *tree.find("/etc/hello");
  node.stat.inode = 0x802;
  node.stat.uid = node.stat.gid = 0;
  node.stat.block_size = 4096;
  node.stat.modification = {1700001086, 0};
  const Saving run(tree, "", {"/etc/hello"});
  EXPECT_EQ(run.records.summary(), "1:1 1:2");
  constexpr std::string_view expected(
      "1 3 /etc/hello\0"
      "B gC IGk B A A A N BAA A BlU/EA BlU/U+ BlU/EA A A C\0"
      "\0\0"
      "0\0",
      71);
  EXPECT_EQ(run.attributes(1), expected);
  EXPECT_EQ(run.totals.files, 1U);
  EXPECT_EQ(run.totals.read_bytes, 13U);
  EXPECT_EQ(run.totals.job_bytes, 13U);
}

TEST(Backup, SendsDirectoriesAfterTheirContents) {
  MemoryTree tree;
  tree.put("/d/a", "x");
  tree.put("/d/sub/b", "x");
  const Saving run(tree, "", {"/d/"});
  EXPECT_EQ(run.records.index_of("/d/a"), 1);
  EXPECT_EQ(run.records.index_of("/d/sub/b"), 2);
  EXPECT_EQ(run.records.index_of("/d/sub/"), 3);
  EXPECT_EQ(run.records.index_of("/d/"), 4);
  EXPECT_EQ(run.totals.files, 4U);
}

TEST(Backup, SavesTheRootItself) {
  MemoryTree tree;
  tree.put("/a", "x");
  const Saving run(tree, "", {"/"});
  EXPECT_EQ(run.records.index_of("/a"), 1);
  EXPECT_EQ(run.records.index_of("/"), 2);
}

TEST(Backup, SendsTheStreamsOfAFileInOrder) {
  MemoryTree tree;
  tree.put("/f", "hello\n");
  tree.find("/f")->attributes = {{"user.foo", to_buffer("bar")}};
  const Saving run(tree, "S4AX", {"/f"});
  EXPECT_EQ(run.records.summary(), "1:1 1:2 1:1998 1:40");
  EXPECT_EQ(run.records.stream(1, StreamId::xattr_linux).size(), 23U);
  EXPECT_EQ(run.records.stream(1, StreamId::xxh128_digest).size(), 16U);
}

TEST(Backup, LeavesOutExtendedAttributesThatDoNotFitIntoAPacket) {
  constexpr std::size_t largest = 999'996, around_value = 20;
  for (const std::size_t more : {0U, 1U, 50'000U}) {
    MemoryTree tree;
    tree.put("/f", "hello\n");
    tree.find("/f")->attributes = {{"user.foo", Buffer(largest - around_value + more)}};
    const Saving run(tree, "X", {"/f"});
    EXPECT_EQ(run.records.summary(), more == 0 ? "1:1 1:2 1:1998" : "1:1 1:2");
    EXPECT_THAT(run.report.text(),
                more == 0 ? testing::IsEmpty()
                          : testing::Matcher<std::string>(HasSubstr("exceeds maximum size of 999996 bytes")));
  }
}

TEST(Backup, GivesEmptyFilesADigestAndNoData) {
  MemoryTree tree;
  tree.put("/f", "");
  const Saving run(tree, "S2", {"/f"});
  EXPECT_EQ(run.records.summary(), "1:1 1:17");
  EXPECT_THAT(run.attributes(1), testing::StartsWith("1 2 /f"));
}

TEST(Backup, LeavesOutBlocksOfZerosButNeverTheLast) {
  MemoryTree tree;
  constexpr std::size_t block = 262136;
  for (const std::size_t blocks : {1U, 2U, 5U, 20U}) {
    tree.put("/zeros", std::string(blocks * block, '\0'));
    const Saving run(tree, "s", {"/zeros"});
    const auto data = run.records.stream(1, StreamId::sparse_data);
    ASSERT_EQ(data.size(), block + 8) << blocks;
    EXPECT_EQ(load<std::uint64_t>(data.data()), (blocks - 1) * block);
  }
}

TEST(Backup, StoresFurtherNamesAsLinks) {
  MemoryTree tree;
  tree.put("/a", "same");
  ASSERT_TRUE(tree.make_hard_link("/a", "/b"));
  ASSERT_TRUE(tree.make_hard_link("/a", "/c"));
  const Saving run(tree, "M", {"/"});
  EXPECT_EQ(run.records.summary(), "1:1 1:2 1:3 2:1 2:3 3:1 3:3 4:1");
  EXPECT_THAT(run.attributes(2), testing::StartsWith("2 1 /b"));
  const auto parsed = format::parse_attributes(run.records.records()[3].payload);
  EXPECT_EQ(parsed->link, "/a");
  EXPECT_EQ(format::unpack_stat(parsed->packed_stat)->link_file_index, 1U);
  EXPECT_TRUE(
      equal(run.records.stream(1, StreamId::md5_digest), run.records.stream(3, StreamId::md5_digest)));
}

TEST(Backup, SavesAFurtherNameWholeWhenTheFirstCannotBeRead) {
  MemoryTree tree;
  tree.put("/a", "same");
  ASSERT_TRUE(tree.make_hard_link("/a", "/b"));
  FaultySource faulty(tree, [](SourceCall call, const std::string& path) {
    return call == SourceCall::open_file && path == "/a" ? std::make_error_code(std::errc::permission_denied)
                                                         : std::error_code();
  });
  const Saving run(faulty, "", {"/"});
  EXPECT_EQ(run.records.summary(), "1:1 1:2 2:1");
  EXPECT_THAT(run.attributes(1), testing::StartsWith("1 3 /b"));
  EXPECT_EQ(run.totals.errors, 1U);
}

TEST(Backup, NeverReadsALargeFurtherNameAtOnce) {
  for (const auto failing : {"/a", "/b"}) {
    MemoryTree tree;
    const std::string content(5'000'000, 'x');
    tree.put("/a", content);
    ASSERT_TRUE(tree.make_hard_link("/a", "/b"));
    ASSERT_TRUE(tree.make_hard_link("/a", "/c"));
    // What the sender reads, on the thread of the caller, lies in memory as a whole.
    std::atomic<bool> is_read_by_sender = false;
    FaultySource faulty(
        tree, [&, caller = std::this_thread::get_id()](SourceCall call, const std::string& path) {
          if (call != SourceCall::open_file) return std::error_code();
          if (std::this_thread::get_id() == caller) is_read_by_sender = true;
          return path == failing ? std::make_error_code(std::errc::permission_denied) : std::error_code();
        });
    const Saving run(faulty, "M", {"/"});
    EXPECT_FALSE(is_read_by_sender) << failing;
    const bool is_first = std::string_view(failing) == "/a";
    EXPECT_EQ(run.totals.errors, is_first ? 1U : 0U);
    EXPECT_THAT(run.attributes(1), testing::StartsWith(is_first ? "1 3 /b" : "1 3 /a"));
    EXPECT_THAT(run.attributes(2), testing::StartsWith(is_first ? "2 1 /c" : "2 1 /b"));
    EXPECT_EQ(as_text(run.records.stream(1, StreamId::file_data)), content);
  }
}

TEST(Backup, HearsAStopWhileItReadsZeros) {
  MemoryTree tree;
  constexpr std::size_t blocks = 200;
  tree.put("/zeros", std::string(blocks * 262'136, '\0'));
  std::stop_source stop;
  std::atomic<std::size_t> reads = 0;
  FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
    if (call == SourceCall::read && ++reads == 3) stop.request_stop();
    return std::error_code();
  });
  RecordList records;
  ReportList report;
  Backup backup(faulty, options_for(selection::made_fileset("s", {"/zeros"})), records, report);
  EXPECT_THROW(backup.run(stop.get_token()), Error);
  EXPECT_LT(reads, 10U);
}

TEST(Backup, LargeFilesArriveWhole) {
  MemoryTree tree;
  std::string content;
  for (int i = 0; content.size() < 5'000'000; ++i) content += fmt::format("{} ", i);
  tree.put("/large", content);
  for (const auto* letters : {"S2", "S2s"}) {
    const Saving run(tree, letters, {"/large"});
    EXPECT_EQ(run.totals.read_bytes, content.size());
    EXPECT_TRUE(equal(run.records.stream(1, StreamId::sha256_digest),
                      crypto::digest_of(crypto::DigestKind::sha256, as_bytes(content)).bytes()));
  }
  const Saving plain(tree, "", {"/large"});
  EXPECT_EQ(as_text(plain.records.stream(1, StreamId::file_data)), content);
}

std::string numbers(std::size_t size, int from) {
  std::string text;
  for (int i = from; text.size() < size; ++i) text += fmt::format("{} ", i);
  return text;
}

TEST(Backup, DigestsEachLargeFileOfItsOwnBytes) {
  MemoryTree tree;
  const std::string first = numbers(3'000'000, 0);
  const std::string second = numbers(2'500'000, 77);
  tree.put("/first", first);
  tree.put("/second", second);
  const std::pair<const char*, crypto::DigestKind> kinds[] = {
      {"M", crypto::DigestKind::md5},        {"S1", crypto::DigestKind::sha1},
      {"S2sZ1", crypto::DigestKind::sha256}, {"S3Z6", crypto::DigestKind::sha512},
      {"S4", crypto::DigestKind::xxh128},    {"S4sZ6", crypto::DigestKind::xxh128}};
  for (const auto& [letters, kind] : kinds) {
    const Saving run(tree, letters, {"/first", "/second"});
    for (const auto& [index, content] : {std::pair(1, &first), std::pair(2, &second)})
      EXPECT_TRUE(equal(run.records.stream(index, digest_stream(kind)),
                        crypto::digest_of(kind, as_bytes(*content)).bytes()))
          << letters << " of file " << index;
  }
}

TEST(Backup, EndsInTheMiddleOfALargeFileWhenTheSinkFailsOrAStopIsRequested) {
  MemoryTree tree;
  tree.put("/large", numbers(20'000'000, 0));
  struct Ending final : RecordSink {
    explicit Ending(std::function<void()> how) : end_it(std::move(how)) {}
    void begin(std::int32_t, StreamId) override {}
    void data(Bytes) override {
      if (++records == 10) end_it();
    }
    void end() override {}
    std::function<void()> end_it;
    int records = 0;
  };
  for (const auto* letters : {"M", "S4"}) {
    std::stop_source stop;
    Ending failing([] { throw Error(ErrorKind::network, "gone"); });
    Ending stopping([&] { stop.request_stop(); });
    for (Ending* sink : {&failing, &stopping}) {
      ReportList report;
      auto options = options_for(selection::made_fileset(letters, {"/large"}));
      options.memory = 3'000'000;
      EXPECT_THROW(Backup(tree, options, *sink, report).run(stop.get_token()), Error) << letters;
      EXPECT_LT(sink->records, 70) << letters;
    }
  }
}

TEST(Backup, ReadsNoContentWhereOnlyAttributesAreWanted) {
  MemoryTree tree;
  tree.put("/d/small", "content");
  tree.put("/d/large", numbers(3'000'000, 0));
  FaultySource unreadable(tree, [](SourceCall call, const std::string&) {
    return call == SourceCall::open_file ? std::make_error_code(std::errc::permission_denied)
                                         : std::error_code();
  });
  auto options = options_for(selection::made_fileset("", {"/d"}));
  options.files.includes.front().options.front().attributes_only = true;
  const Saving run(unreadable, options);
  EXPECT_EQ(run.records.summary(), "1:1 2:1 3:1");
  EXPECT_EQ(run.totals.errors, 0U);
}

TEST(Backup, IncrementalLeavesOutWhatDidNotChange) {
  MemoryTree tree;
  tree.put("/d/old", "x");
  tree.put("/d/new", "x");
  tree.put("/d/moved", "x");
  for (const auto* path : {"/d/old", "/d", "/d/moved"})
    tree.find(path)->stat.modification = tree.find(path)->stat.change = {1000, 0};
  tree.find("/d/moved")->stat.change = {2000, 0};
  auto options = options_for(selection::made_fileset("", {"/d"}));
  options.since = from_unix_seconds(2000);
  const Saving both(tree, options);
  EXPECT_EQ(both.totals.files, 2U);
  EXPECT_NE(both.records.index_of("/d/moved"), 0);
  options.files = selection::made_fileset("m", {"/d"});
  const Saving modification_only(tree, options);
  EXPECT_EQ(modification_only.totals.files, 1U);
  EXPECT_EQ(modification_only.totals.examined, 4U);
}

TEST(Backup, ReportsAndGoesOn) {
  MemoryTree tree;
  for (const auto* name : {"/d/a", "/d/b", "/d/c", "/d/e/f"}) tree.put(name, "content");
  ASSERT_TRUE(tree.make_node("/d/socket", 0140755, 0));
  FaultySource faulty(tree, [](SourceCall call, const std::string& path) {
    if (call == SourceCall::open_file && path == "/d/a")
      return std::make_error_code(std::errc::permission_denied);
    if (call == SourceCall::stat && path == "/d/b")
      return std::make_error_code(std::errc::no_such_file_or_directory);
    if (call == SourceCall::open_directory && path == "/d/e")
      return std::make_error_code(std::errc::permission_denied);
    return std::error_code();
  });
  const Saving run(faulty, "", {"/d", "/none", "relative"});
  EXPECT_EQ(run.totals.files, 2U);
  EXPECT_EQ(run.totals.errors, 5U);
  EXPECT_EQ(run.totals.sockets, 1U);
  EXPECT_THAT(run.report.text(), HasSubstr("Cannot open \"/d/a\": ERR=Permission denied"));
  EXPECT_THAT(run.report.text(), HasSubstr("Could not stat \"/none\": ERR=No such file or directory"));
  EXPECT_THAT(run.report.text(), HasSubstr("Socket file skipped: /d/socket"));
}

TEST(Backup, ReportsFilesThatShrinkWhileTheyAreRead) {
  for (const std::size_t size : {1'000'000U, 4'000'000U}) {
    MemoryTree tree;
    tree.put("/f", std::string(size, 'x'));
    std::atomic<int> reads = 0;
    FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
      if (call == SourceCall::read && ++reads == 3) tree.put("/f", std::string(600'000, 'y'));
      return std::error_code();
    });
    const Saving run(faulty, "S2", {"/f"});
    EXPECT_EQ(run.totals.files, 1U);
    EXPECT_EQ(run.totals.errors, 1U);
    EXPECT_EQ(run.totals.read_bytes, 600'000U);
    EXPECT_THAT(run.report.text(), HasSubstr("became shorter"));
  }
}

TEST(Backup, SavesAGrowingFileAsLongAsItsAttributesSay) {
  for (const std::size_t size : {1'000'000U, 4'000'000U}) {
    MemoryTree tree;
    tree.put("/f", std::string(size, 'x'));
    std::atomic<int> reads = 0;
    FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
      if (call == SourceCall::read && ++reads == 2) tree.put("/f", std::string(size + 10'000, 'x'));
      return std::error_code();
    });
    const Saving run(faulty, "", {"/f"});
    EXPECT_EQ(run.totals.errors, 0U);
    EXPECT_EQ(run.records.stream(1, StreamId::file_data).size(), size);
    EXPECT_THAT(run.report.text(), HasSubstr("File \"/f\" changed while it was read"));
  }
}

TEST(Backup, SaysThatAFileReadAtOnceGrew) {
  MemoryTree tree;
  tree.put("/f", "a short text");
  FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
    if (call == SourceCall::read) tree.put("/f", "a text that is longer by now");
    return std::error_code();
  });
  const Saving run(faulty, "S2", {"/f"});
  EXPECT_EQ(run.totals.errors, 0U);
  EXPECT_EQ(as_text(run.records.stream(1, StreamId::file_data)), "a text that ");
  EXPECT_THAT(run.report.text(), HasSubstr("File \"/f\" changed while it was read"));
}

TEST(Backup, SaysThatAFileOfSeveralBlocksWasRewrittenAtTheSameLength) {
  for (const std::size_t size : {1'000'000U, 4'000'000U}) {
    MemoryTree tree;
    tree.put("/f", std::string(size, 'x'));
    std::atomic<int> reads = 0;
    FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
      if (call == SourceCall::read && ++reads == 2) {
        tree.put("/f", std::string(size, 'y'));
        tree.find("/f")->stat.modification.nanoseconds += 1;
      }
      return std::error_code();
    });
    const Saving run(faulty, "S2", {"/f"});
    EXPECT_THAT(run.report.text(), HasSubstr("File \"/f\" changed while it was read"));
  }
}

TEST(Backup, SaysNothingOfFilesThatStayAsTheyAre) {
  MemoryTree tree;
  for (const std::size_t size : {10U, 200'000U, 1'000'000U, 4'000'000U})
    tree.put(fmt::format("/f{}", size), std::string(size, 'x'));
  const Saving run(tree, "S2", {"/"});
  EXPECT_EQ(run.report.text(), "");
}

TEST(Backup, DoesNotTrustTheTimeOfAFileThatIsWrittenToAtThatVeryMoment) {
  MemoryTree tree;
  tree.put("/f", "x");
  // The system's clock for files stands still for some milliseconds; a second write then leaves no trace.
  FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
    if (call == SourceCall::open_file) tree.find("/f")->stat.modification = os::file_time();
    return std::error_code();
  });
  const Saving run(faulty, "", {"/f"});
  EXPECT_THAT(run.report.text(), HasSubstr("File \"/f\" changed while it was read"));
}

TEST(Backup, DoesNotTrustAFileThatAWriteMayStillBeCopyingTo) {
  MemoryTree tree;
  tree.put("/f", "x");
  // A write leaves its stamp when it begins; this one began some ticks of the clock before the file was opened.
  FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
    if (call != SourceCall::open_file) return std::error_code();
    const auto now = os::file_time();
    constexpr std::uint32_t ago = 60'000'000, second = 1'000'000'000;
    tree.find("/f")->stat.modification = {now.nanoseconds < ago ? now.seconds - 1 : now.seconds,
                                          (now.nanoseconds + second - ago) % second};
    return std::error_code();
  });
  const Saving run(faulty, "", {"/f"});
  EXPECT_THAT(run.report.text(), HasSubstr("File \"/f\" changed while it was read"));
}

TEST(Backup, ReportsFilesThatChangeWhenToldToLook) {
  for (const std::size_t size : {1000U, 4'000'000U}) {
    MemoryTree tree;
    tree.put("/f", std::string(size, 'x'));
    std::atomic<int> reads = 0;
    FaultySource faulty(tree, [&](SourceCall call, const std::string&) {
      if (call == SourceCall::read && ++reads == 1) tree.put("/f", std::string(size + 1, 'x'));
      return std::error_code();
    });
    const Saving run(faulty, "c", {"/f"});
    EXPECT_EQ(run.totals.errors, 1U);
    EXPECT_THAT(run.report.text(), HasSubstr("Size of \"/f\" changed during backup"));
  }
}

TEST(Backup, HoldsFewDirectoriesOpen) {
  MemoryTree tree;
  for (int i = 0; i < 2000; ++i) tree.put(fmt::format("/d{}/f", i), "x");
  const Saving run(tree, "", {"/"});
  EXPECT_EQ(run.totals.files, 4001U);
}

TEST(Backup, StopsWhenAsked) {
  MemoryTree tree;
  for (int i = 0; i < 1000; ++i) tree.put(fmt::format("/d{}/f{}", i / 10, i), "content");
  std::stop_source stop;
  FaultySource faulty(tree, [&](SourceCall, const std::string& path) {
    if (path == "/d50/f500") stop.request_stop();
    return std::error_code();
  });
  RecordList records;
  ReportList report;
  Backup backup(faulty, options_for(selection::made_fileset("", {"/"})), records, report);
  EXPECT_THROW(backup.run(stop.get_token()), Error);
}

TEST(Backup, EndsWhenTheSinkFails) {
  MemoryTree tree;
  for (int i = 0; i < 1000; ++i) tree.put(fmt::format("/d{}/f{}", i / 10, i), "content");
  struct Broken final : RecordSink {
    void begin(std::int32_t index, StreamId) override {
      if (index == 300) throw Error(ErrorKind::network, "gone");
    }
    void data(Bytes) override {}
    void end() override {}
  } broken;
  ReportList report;
  auto options = options_for(selection::made_fileset("", {"/"}));
  options.memory = 100'000;
  Backup backup(tree, options, broken, report);
  EXPECT_THROW(backup.run({}), Error);
  EXPECT_GE(backup.progress().files, 1U);
}

TEST(Backup, StripsLeadingComponents) {
  MemoryTree tree;
  tree.put("/a/b/c", "x");
  const Saving run(tree, "P1:", {"/a"});
  EXPECT_EQ(run.records.index_of("/b/c"), 1);
  EXPECT_EQ(run.records.index_of("/b/"), 2);
  EXPECT_EQ(run.records.index_of("/a/"), 3);
}

TEST(Backup, StaysOnItsFileSystemAndInItsDirectory) {
  MemoryTree tree;
  tree.put("/d/mounted/x", "x");
  tree.put("/d/f", "x");
  tree.put("/d/.nobackup/.skip", "x");
  tree.find("/d/mounted")->stat.device = 99;
  tree.find("/d/mounted/x")->stat.device = 99;
  const Saving one(tree, "", {"/d"});
  EXPECT_EQ(one.records.index_of("/d/mounted/x"), 0);
  EXPECT_NE(one.records.index_of("/d/mounted/"), 0);
  EXPECT_NE(Saving(tree, "f", {"/d"}).records.index_of("/d/mounted/x"), 0);
  EXPECT_EQ(Saving(tree, "fh", {"/d"}).records.index_of("/d/mounted/x"), 0);
  auto files = selection::made_fileset("", {"/d"});
  files.includes[0].exclude_directories_containing = {".skip"};
  const Saving skipping(tree, options_for(files));
  EXPECT_EQ(skipping.records.index_of("/d/.nobackup/"), 0);
  EXPECT_NE(skipping.records.index_of("/d/"), 0);
}

}  // namespace
}  // namespace holdfast::archive

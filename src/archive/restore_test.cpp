// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "archive/backup.h"
#include "base/endian.h"
#include "base/error.h"
#include "codec/compression.h"
#include "format/attributes.h"
#include "format/compression_header.h"
#include "testing/archive/made_archive.h"
#include "testing/archive/record_list.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/faulty_source.h"
#include "testing/tree/memory_tree.h"
#include "testing/tree/random_tree.h"
#include "testing/tree/snapshot.h"
#include "testing/tree/temporary_directory.h"
#include "tree/posix_source.h"
#include "tree/posix_target.h"

namespace holdfast::archive {
namespace {

using format::FileType;
using format::StreamId;
using testing::HasSubstr;
using testing::IsEmpty;
using tree::MemoryTree;

RecordList saved(tree::FileSource& source, const std::string& path, const std::string& letters,
                 Precision precision = Precision::of_the_peer) {
  BackupOptions options;
  options.files = selection::made_fileset(letters, {path});
  options.precision = precision;
  RecordList records;
  ReportList report;
  Backup(source, options, records, report).run({});
  EXPECT_THAT(report.text(), IsEmpty());
  return records;
}

RestoreTotals restored(const RecordList& records, tree::FileTarget& target, const std::string& where,
                       unsigned workers) {
  ReportList report;
  RestoreOptions options;
  options.where = where;
  options.workers = workers;
  const auto totals = restored(records, target, options, report);
  for (const auto& message : report.messages)
    if (message.type != MessageType::restored) ADD_FAILURE() << message.text;
  return totals;
}

// Every way to store data, with ACLs, attributes and hard links.
constexpr std::array letters{"AX", "MAX", "sAX", "S2Z6AX", "S4ZosAX", "S3Zf4AX", "ZffsAX", "SZfhAX"};

TEST(Restore, BringsBackRandomTreesInMemory) {
  for (std::uint32_t seed = 0; seed < 16; ++seed) {
    MemoryTree source;
    ASSERT_TRUE(source.make_directory("/tree", 0755));
    tree::make_random_tree(source, "/tree", seed);
    MemoryTree target;
    const auto records = saved(source, "/tree", letters[seed % letters.size()]);
    restored(records, target, "/where", 1 + seed % 4);
    ASSERT_EQ(tree::snapshot(target, "/where/tree"), tree::snapshot(source, "/tree")) << "seed " << seed;
  }
}

TEST(Restore, BringsBackRandomTreesOnDisk) {
  for (std::uint32_t seed = 0; seed < 16; ++seed) {
    const tree::TemporaryDirectory directory;
    tree::PosixTarget maker(directory.path());
    const auto root = directory.path() + "/tree";
    ASSERT_TRUE(maker.make_directory(root, 0755));
    tree::RandomTreeOptions options;
    options.privileged = tree::is_privileged();
    tree::make_random_tree(maker, root, seed, options);
    tree::PosixSource source;
    const auto records = saved(source, root, letters[seed % letters.size()]);
    tree::PosixTarget target(directory.path() + "/where");
    const auto totals = restored(records, target, directory.path() + "/where", 1 + seed % 4);
    ASSERT_EQ(tree::snapshot(source, directory.path() + "/where" + root), tree::snapshot(source, root))
        << "seed " << seed;
    EXPECT_EQ(totals.files, static_cast<std::uint64_t>(records.records().back().file_index));
  }
}

/// Whatever fails while saving, everything else comes back, and what failed is counted.
TEST(Restore, BringsBackWhatFaultsLeave) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    MemoryTree source;
    ASSERT_TRUE(source.make_directory("/tree", 0755));
    tree::make_random_tree(source, "/tree", seed);
    std::atomic<unsigned> faults = 0;
    std::mutex mutex;
    std::minstd_rand random(seed + 1);
    tree::FaultySource faulty(source, [&](tree::SourceCall, const std::string&) {
      const std::lock_guard lock(mutex);
      if (random() % 60 != 0) return std::error_code();
      ++faults;
      return std::make_error_code(std::errc::io_error);
    });
    BackupOptions options;
    options.files = selection::made_fileset("S2sAX", {"/tree"});
    RecordList records;
    ReportList report;
    const auto totals = Backup(faulty, options, records, report).run({});
    EXPECT_EQ(totals.errors > 0, faults > 0) << "seed " << seed;
    EXPECT_LE(totals.errors, faults) << "seed " << seed;
    MemoryTree target;
    ReportList restoring;
    const auto back = restored(records, target, {}, restoring);
    EXPECT_EQ(back.files + back.errors, totals.files) << "seed " << seed;
    if (faults > 0) continue;
    EXPECT_EQ(tree::snapshot(target, "/tree"), tree::snapshot(source, "/tree"));
  }
}

TEST(Restore, BringsBackNanosecondsAndFlagsOfOurOwnBackups) {
  MemoryTree source, target;
  source.put("/tree/folder/file", "content");
  source.put("/tree/whole-seconds", "");
  auto& file = source.find("/tree/folder/file")->stat;
  file.modification = {-5, 999'999'999};
  file.access = {10'000'000'000, 1};
  file.flags = os::flag_immutable | os::flag_no_dump;
  source.find("/tree/folder")->stat.modification = {1, 2};
  source.find("/tree/folder")->stat.flags = os::flag_append_only;
  for (const auto precision : {Precision::exact, Precision::of_the_peer}) {
    const auto where = precision == Precision::exact ? std::string("/exact") : std::string("/peer");
    const auto records = saved(source, "/tree", "H", precision);
    restored(records, target, where, 2);
    const auto& back = target.find(where + "/tree/folder/file")->stat;
    const auto& folder = target.find(where + "/tree/folder")->stat;
    if (precision == Precision::exact) {
      EXPECT_EQ(back.modification, file.modification);
      EXPECT_EQ(back.access, file.access);
      EXPECT_EQ(back.flags, file.flags);
      EXPECT_EQ(folder.modification, (tree::Timestamp{1, 2}));
      EXPECT_EQ(folder.flags, os::flag_append_only);
    } else {
      EXPECT_EQ(back.modification, (tree::Timestamp{-5, 0}));
      EXPECT_EQ(back.flags | folder.flags, 0U);
    }
    for (const auto& record : records.records()) {
      if (record.stream != StreamId::unix_attributes) continue;
      const auto parsed = format::parse_attributes(record.payload);
      if (parsed->name == "/tree/whole-seconds") {
        EXPECT_EQ(parsed->extended, "");
      }
    }
  }
}

TEST(Restore, ReplacesWhatIsImmutable) {
  MadeArchive archive;
  archive.file("/folder/file", "new");
  const tree::TemporaryDirectory directory;
  tree::PosixTarget target(directory.path());
  RestoreOptions options;
  options.where = directory.path();
  const auto folder = directory.path() + "/folder", file = folder + "/file";
  { Result first(archive, target, options); }
  for (const auto& path : {file, folder})
    if (!(*target.named(path))->set_flags(os::flag_immutable))
      GTEST_SKIP() << "no file flags here, or no rights";
  Result second(archive, target, options);
  EXPECT_EQ(second.totals.errors, 0U);
  EXPECT_THAT(second.report.text(), HasSubstr(file + "\" was immutable or append-only"));
  EXPECT_THAT(second.report.text(), HasSubstr(folder + "\" was immutable or append-only"));
  EXPECT_EQ(target.stat(file)->flags, 0U);
}

TEST(Restore, FollowsTheReplaceRule) {
  struct Case {
    Replace replace;
    std::int64_t present;
    bool is_replaced;
  };
  constexpr std::int64_t stored = 1'500'000'000;
  for (const auto& [replace, present, is_replaced] :
       {Case{Replace::always, stored + 1, true}, Case{Replace::never, stored - 1, false},
        Case{Replace::if_newer, stored - 1, true}, Case{Replace::if_newer, stored, false},
        Case{Replace::if_older, stored + 1, true}, Case{Replace::if_older, stored, false}}) {
    MemoryTree target;
    target.put("/f", "old");
    target.find("/f")->stat.modification = {present, 0};
    MadeArchive archive;
    archive.file("/f", "new");
    RestoreOptions options;
    options.replace = replace;
    const Result result(archive, target, options);
    EXPECT_EQ(content(target, "/f"), is_replaced ? "new" : "old") << static_cast<char>(replace) << present;
    EXPECT_EQ(result.totals.files, 1U);
    EXPECT_EQ(result.totals.skipped, is_replaced ? 0U : 1U);
  }
}

TEST(Restore, DirectoriesKeepTheirAttributesWhateverComesAfterThem) {
  MemoryTree target;
  MadeArchive archive;
  archive.add(FileType::directory, "/d/", 0040500);
  archive.file("/d/late", "x");
  const Result result(archive, target, {});
  EXPECT_EQ(target.find("/d")->stat.mode, 0040500U);
  EXPECT_EQ(target.find("/d")->stat.modification.seconds, 1'500'000'000);
  EXPECT_EQ(result.totals.files, 2U);
}

TEST(Restore, RemembersMoreDirectoriesThanFitIntoMemory) {
  MemoryTree target;
  MadeArchive archive;
  const std::string large(1000, 'v');
  Buffer xattrs;
  for (int i = 0; i < 5000; ++i) {
    archive.add(FileType::directory, fmt::format("/d{}/", i), 0040700U + static_cast<std::uint32_t>(i % 8));
    archive.put(StreamId::acl_linux_access, as_bytes(std::string_view("# " + large + "\n")));
  }
  const Result result(archive, target, {});
  for (int i = 0; i < 5000; ++i)
    ASSERT_EQ(target.find(fmt::format("/d{}", i))->stat.mode, 0040700U + static_cast<std::uint32_t>(i % 8));
}

TEST(Restore, PutsNamesAndLinksBelowWhere) {
  for (const auto links : {RestoreOptions::Links::as_stored, RestoreOptions::Links::prefixed}) {
    MemoryTree target;
    MadeArchive archive;
    archive.file("/a/file", "x");
    archive.add(FileType::hard_link_saved, "/a/hard", 0100644, 1, "/a/file");
    archive.add(FileType::symlink, "/a/absolute", 0120777, 6, "/a/file");
    archive.add(FileType::symlink, "/a/relative", 0120777, 4, "file");
    archive.file("C:/windows", "y");
    RestoreOptions options;
    options.where = "/w/";
    options.links = links;
    const Result result(archive, target, options);
    EXPECT_THAT(result.report.text(), Not(HasSubstr("Could not")));
    EXPECT_EQ(target.find("/w/a/file"), target.find("/w/a/hard"));
    EXPECT_EQ(target.find("/w/a/absolute")->link,
              links == RestoreOptions::Links::prefixed ? "/w/a/file" : "/a/file");
    EXPECT_EQ(target.find("/w/a/relative")->link, "file");
    EXPECT_EQ(content(target, "/w/C:/windows"), "y");
  }
}

TEST(Restore, LaterVersionsOfAFileWinWhateverTheWorkers) {
  for (const unsigned workers : {1U, 4U}) {
    MemoryTree target;
    MadeArchive archive;
    for (int version = 0; version < 20; ++version)
      for (int file = 0; file < 50; ++file)
        archive.file(fmt::format("/d/{}", file), fmt::format("v{}", version));
    RestoreOptions options;
    options.workers = workers;
    const Result result(archive, target, options);
    EXPECT_EQ(result.totals.files, 1000U);
    for (int file = 0; file < 50; ++file) ASSERT_EQ(content(target, fmt::format("/d/{}", file)), "v19");
  }
}

TEST(Restore, RenamesByExpressions) {
  MemoryTree target;
  MadeArchive archive;
  archive.file("/etc/passwd", "x");
  archive.add(FileType::directory, "/etc/", 0040755);
  RestoreOptions options;
  options.regex_where = "!^/etc!/new!";
  const Result result(archive, target, options);
  EXPECT_EQ(content(target, "/new/passwd"), "x");
}

TEST(Restore, AHardLinkThatIsRenamedToItsFileLeavesThat) {
  MemoryTree target;
  MadeArchive archive;
  archive.file("/a/file", "x");
  archive.add(FileType::hard_link_saved, "/b/file", 0100644, 1, "/a/file");
  RestoreOptions options;
  options.regex_where = "!^/[ab]!/c!";
  const Result result(archive, target, options);
  EXPECT_EQ(content(target, "/c/file"), "x");
  EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
}

TEST(Restore, MakesDeviceNodes) {
  MemoryTree target;
  MadeArchive archive;
  archive.add(FileType::special, "/null", 0020666);
  archive.add(FileType::special, "/loop", 0060660);
  archive.add(FileType::special, "/fifo", 0010644);
  const Result result(archive, target, {});
  EXPECT_EQ(target.find("/null")->stat.mode, 0020666U);
  EXPECT_EQ(target.find("/loop")->stat.mode, 0060660U);
  EXPECT_EQ(target.find("/fifo")->stat.mode, 0010644U);
  EXPECT_EQ(result.totals.files, 3U);
}

TEST(Restore, ExtendsASparseFileWhoseLastBlockIsMissing) {
  MemoryTree target;
  MadeArchive archive;
  archive.add(FileType::regular, "/zeros", 0100644, 1000, "", StreamId::sparse_data);
  archive.add(FileType::regular, "/partly", 0100644, 20, "", StreamId::sparse_data);
  archive.put(StreamId::sparse_data, as_bytes(std::string_view("\0\0\0\0\0\0\0\x04"
                                                               "abc",
                                                               11)));
  const Result result(archive, target, {});
  EXPECT_EQ(content(target, "/zeros"), std::string(1000, '\0'));
  EXPECT_EQ(content(target, "/partly"), std::string("\0\0\0\0abc", 7) + std::string(13, '\0'));
  EXPECT_EQ(result.totals.errors, 0U);
}

/// What a Storage Daemon compressed: the peer with the offset among the data, ours without it and marked.
TEST(Restore, DropsARepeatedOffsetOnlyWhereThePeerWroteIt) {
  const auto compressor = codec::make_compressor({codec::Algorithm::gzip, 6});
  const std::string zeros(20, '\0');
  for (const bool is_ours : {true, false}) {
    const auto compressed = compressor->compress(as_bytes(is_ours ? zeros : std::string(8, '\0') + zeros));
    format::CompressionHeader header;
    header.compressed_size = static_cast<std::uint32_t>(compressed.size());
    header.level = is_ours ? 6 | format::offset_stands_once : 6;
    Buffer record(8 + format::CompressionHeader::size);
    format::store(record.data() + 8, header);
    append(record, compressed);
    MemoryTree target;
    MadeArchive archive;
    archive.add(FileType::regular, "/zeros", 0100644, 20, "", StreamId::sparse_data);
    archive.put(StreamId::sparse_compressed_data, record);
    const Result result(archive, target, {});
    EXPECT_EQ(content(target, "/zeros"), zeros);
    EXPECT_EQ(result.totals.errors, 0U) << result.report.text();
  }
}

TEST(Restore, ReportsWhatIsDamagedAndGoesOn) {
  MemoryTree target;
  target.put("/dir-in-the-way/x", "x");
  MadeArchive archive;
  archive.add(FileType::regular, "/short", 0100644, 10);
  archive.put(StreamId::file_data, as_bytes("abc"));
  archive.add(FileType::regular, "/damaged", 0100644, 10, "", StreamId::compressed_data);
  archive.put(StreamId::compressed_data, as_bytes("no header"));
  archive.file("/dir-in-the-way", "x");
  archive.add(FileType::hard_link_saved, "/hard", 0100644, 1, "/nothing");
  archive.add(FileType::regular, "/encrypted", 0100644, 10, "", StreamId::encrypted_data);
  archive.put(StreamId::encrypted_data, as_bytes("x"));
  archive.file("/../../climbing", "x");
  archive.file("/good", "x");
  archive.put(static_cast<StreamId>(500), as_bytes("x"));
  const Result result(archive, target, {});
  EXPECT_EQ(content(target, "/good"), "x");
  for (const auto* text :
       {"File size of restored file /short not correct. Original 10, restored 3.", "Data of /damaged",
        "File /dir-in-the-way already exists and could not be replaced",
        "Could not hard link /nothing to /hard", "Data of /encrypted: no session key came",
        "/../../climbing: ERR=Invalid argument", "Unknown stream=500 ignored"})
    EXPECT_THAT(result.report.text(), HasSubstr(text));
  EXPECT_GE(result.totals.errors, 6U);
}

TEST(Restore, KeepsNoMoreExtendedAttributesThanAFileCanHold) {
  MemoryTree target;
  MadeArchive archive;
  archive.file("/file", "x");
  const std::string much(900'000, 'x');
  for (int i = 0; i < 30; ++i) archive.put(StreamId::xattr_linux, as_bytes(much));
  archive.file("/next", "x");
  const Result result(archive, target, {});
  EXPECT_EQ(content(target, "/next"), "x");
  const auto text = result.report.text();
  const std::string_view wanted = "/file has more ACLs and extended attributes than a file can hold";
  const auto first = text.find(wanted);
  ASSERT_NE(first, text.npos) << text;
  EXPECT_EQ(text.find(wanted, first + 1), text.npos) << text;
}

TEST(Restore, RefusesDataOfAFileThatWasNeverCreated) {
  MemoryTree target;
  ReportList report;
  for (const unsigned workers : {1U, 3U}) {
    RestoreOptions options;
    options.workers = workers;
    Restore restore(target, options, report);
    EXPECT_THROW(
        {
          restore.record({{1, 1}, 7, 2}, as_bytes("x"));
          restore.finish();
        },
        Error);
    EXPECT_NO_THROW(restore.finish());
  }
}

TEST(Restore, IgnoresDamagedAttributes) {
  MadeArchive archive;
  archive.file("/f", "x");
  const auto payload = archive.records().records()[0].payload;
  for (std::size_t size = 0; size < payload.size(); ++size) {
    MemoryTree target;
    ReportList report;
    Restore restore(target, {}, report);
    restore.record({{1, 1}, 1, 1}, Bytes(payload).first(size));
    restore.record({{1, 1}, 1, 2}, as_bytes("x"));
    restore.finish();
  }
}

/// Whether the failure comes up with a later record or at the end.
TEST(Restore, CompletesWhatItHasWhereTheStreamIsWrong) {
  for (const std::size_t more : {0U, 3'000U})
    for (const unsigned workers : {1U, 3U}) {
      MadeArchive archive;
      for (int i = 0; i < 10; ++i) archive.file(fmt::format("/f{}", i), "content");
      MemoryTree target;
      ReportList report;
      RestoreOptions options;
      options.workers = workers;
      Restore restore(target, options, report);
      for (const auto& record : archive.records().records())
        restore.record({{1, 1}, record.file_index, number(record.stream)}, record.payload);
      unsigned failures = 0;
      const auto failing = [&](const auto& action) {
        try {
          action();
        } catch (const Error&) {
          ++failures;
        }
      };
      failing([&] { restore.record({{1, 1}, 999, number(StreamId::file_data)}, as_bytes("of nobody")); });
      for (std::size_t i = 0; i < more; ++i)
        failing([&] { restore.record({{1, 1}, 10, number(StreamId::file_data)}, as_bytes("too late")); });
      failing([&] { restore.finish(); });
      EXPECT_EQ(failures, 1U) << workers;
      for (int i = 0; i < 10; ++i) {
        const auto name = fmt::format("/f{}", i);
        EXPECT_EQ(target.find(name)->stat.modification.seconds, 1'500'000'000) << name;
      }
    }
}

TEST(Restore, TakesWindowsData) {
  MemoryTree target;
  MadeArchive archive;
  archive.add(FileType::regular, "C:/f", 0100644, 4, "", StreamId::windows_data);
  Buffer stream;
  ByteWriter writer(stream);
  writer.put(std::uint32_t{1}, std::endian::little);
  writer.put(std::uint32_t{0}, std::endian::little);
  writer.put(std::uint64_t{4}, std::endian::little);
  writer.put(std::uint32_t{0}, std::endian::little);
  writer.put_text("data");
  archive.put(StreamId::windows_data, stream);
  const Result result(archive, target, {});
  EXPECT_EQ(content(target, "/C:/f"), "data");
  EXPECT_EQ(result.totals.errors, 0U);
}

}  // namespace
}  // namespace holdfast::archive

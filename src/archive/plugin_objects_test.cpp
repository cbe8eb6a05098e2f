// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "archive/backup.h"
#include "base/error.h"
#include "codec/compression.h"
#include "plugins/host_message.h"
#include "selection/fileset_reader.h"
#include "testing/archive/made_archive.h"
#include "testing/archive/record_list.h"
#include "testing/base/thrown.h"
#include "testing/tree/memory_tree.h"

namespace holdfast::archive {
namespace {

using format::FileType;
using format::StreamId;
using testing::HasSubstr;
using testing::IsEmpty;
using tree::MemoryTree;

/// A backup of /tree and of what a plugin offers, and what came of it.
struct Saving {
  explicit Saving(const std::string& plugin, const std::string& letters = "M",
                  const std::string& python = "/no/python")
      : plugins({.directory = "/nowhere", .python = python}, {}) {
    std::signal(SIGPIPE, SIG_IGN);
    tree.put("/tree", "a file\n");
    selection::FileSetReader reader;
    for (const auto& line : {std::string("I"), "O " + letters, std::string("N"), std::string("F /tree"),
                             std::string("N"), "P " + plugin, std::string("N")})
      reader.line(line);
    BackupOptions options;
    options.files = reader.finish();
    options.plugins = &plugins;
    failure =
        testing_support::thrown_message([&] { totals = Backup(tree, options, records, report).run({}); });
  }

  std::string text(std::int32_t index, StreamId stream) const {
    return std::string(as_text(records.stream(index, stream)));
  }

  MemoryTree tree;
  plugins::PluginSet plugins;
  RecordList records;
  ReportList report;
  BackupTotals totals;
  std::string failure;
};

struct Restoring {
  Restoring(const RecordList& records, plugins::PluginSet* plugins, unsigned workers = 1) {
    RestoreOptions options;
    options.where = "/where";
    options.workers = workers;
    options.plugins = plugins;
    totals = restored(records, tree, options, report);
  }
  MemoryTree tree;
  ReportList report;
  RestoreTotals totals;
};

TEST(PluginObjects, ComeBehindTheFilesWithTheirPluginAroundThem) {
  const Saving run("bpipe:file=/PIPE/x.txt:reader=echo hi:writer=cat");
  EXPECT_EQ(run.failure, "");
  EXPECT_THAT(run.report.text(), IsEmpty());
  EXPECT_EQ(run.records.summary(), "1:1 1:2 1:3 2:26 2:1 2:2 2:3 2:26");
  EXPECT_EQ(run.text(2, StreamId::plugin_name),
            std::string("2 1 1 bpipe:file=/PIPE/x.txt:reader=echo hi:writer=cat\0002 0", 58));
  EXPECT_THAT(run.text(2, StreamId::unix_attributes),
              testing::StartsWith(std::string("2 3 /PIPE/x.txt\0", 16)));
  EXPECT_EQ(run.text(2, StreamId::file_data), "hi\n");
  EXPECT_EQ(run.totals.files, 2U);
  EXPECT_EQ(run.totals.errors, 0U);
}

TEST(PluginObjects, AreCompressedAndNeverSparse) {
  const Saving run("bpipe:/x:head -c 3000000 /dev/zero:cat", "sZ6");
  EXPECT_THAT(run.records.summary(), HasSubstr("2:26 2:1 2:29 2:29"));
  EXPECT_EQ(run.totals.read_bytes, 3'000'007U);
  EXPECT_LT(run.totals.job_bytes, 100'000U);
}

TEST(PluginObjects, ThatTheirReaderDidNotFinishAreErrorsOfTheJob) {
  const Saving run("bpipe:/x:sh -c \"echo half; exit 3\":cat");
  EXPECT_EQ(run.totals.files, 2U);
  EXPECT_EQ(run.totals.errors, 1U);
  EXPECT_THAT(run.report.text(),
              HasSubstr("/x: bpipe: the reader \"sh -c \"echo half; exit 3\"\": Child exited with code 3"));
}

TEST(PluginObjects, OfAPluginThatIsNotThereFailTheJob) {
  EXPECT_THAT(Saving("vmware:x").failure, HasSubstr("Command plugin \"vmware:x\" not found."));
}

/// A host of Python plugins that offers a restore object of so many zeros, whatever it is asked.
std::string host_with_object(std::size_t size) {
  const std::string folder = testing::TempDir() + "plugin_objects/";
  std::filesystem::create_directories(folder);
  Buffer answers;
  for (int i = 0; i < 3; ++i) plugins::append_message(answers, plugins::Fields{"ok"});
  const std::string zeros(size, '\0');
  plugins::append_message(answers,
                          plugins::Fields{"object", "name", "/state", "type", "25", "object", zeros});
  plugins::append_message(answers, plugins::Fields{"end"});
  std::ofstream(folder + "answers", std::ios::binary) << as_text(answers);
  std::ofstream(folder + "host") << "#!/bin/sh\ncat " << folder << "answers\ncat >/dev/null\n";
  std::filesystem::permissions(folder + "host", std::filesystem::perms::owner_all);
  return folder + "host";
}

TEST(PluginObjects, ThatCouldNotBeInflatedAtARestoreAreNotStored) {
  const std::string command = "python3:module_name=x";
  const Saving fits(command, "M", host_with_object(codec::largest_block));
  EXPECT_EQ(fits.totals.errors, 0U) << fits.report.text();
  EXPECT_EQ(fits.records.summary(), "1:1 1:2 1:3 2:28");
  const Saving large(command, "M", host_with_object(codec::largest_block + 1));
  EXPECT_EQ(large.totals.errors, 1U);
  EXPECT_EQ(large.records.summary(), "1:1 1:2 1:3");
  EXPECT_THAT(large.report.text(),
              HasSubstr("/state: a restore object of 16777217 bytes cannot be stored; at most 16777216 can"));
}

TEST(PluginObjects, GoBackToTheWriterOfTheirPlugin) {
  const std::string data(700'000, 'x');
  const Saving run("bpipe:/x:sh -c \"head -c 700000 /dev/zero | tr '\\\\0' x\":wc -c", "MZ6");
  for (const unsigned workers : {1U, 4U}) {
    plugins::PluginSet plugins({.directory = "/nowhere"}, {});
    Restoring restoring(run.records, &plugins, workers);
    EXPECT_EQ(restoring.report.text().find("bpipe: 700000") != std::string::npos, true)
        << restoring.report.text();
    EXPECT_EQ(content(restoring.tree, "/where/tree"), "a file\n");
    EXPECT_EQ(content(restoring.tree, "/where/x"), "(none)");
    EXPECT_EQ(restoring.totals.files, 2U);
    EXPECT_EQ(restoring.totals.errors, 0U);
  }
}

TEST(PluginObjects, AreOrdinaryFilesWhereTheirPluginIsMissing) {
  const Saving run("bpipe:/PIPE/x:echo hi:cat");
  Restoring restoring(run.records, nullptr);
  EXPECT_THAT(restoring.report.text(),
              HasSubstr("Plugin=bpipe not found. Its objects are restored like ordinary files."));
  EXPECT_EQ(content(restoring.tree, "/where/PIPE/x"), "hi\n");
  EXPECT_EQ(restoring.totals.warnings, 1U);
}

TEST(PluginObjects, WhoseWriterFailsAreErrorsOfTheRestore) {
  const Saving run("bpipe:/PIPE/x:echo hi:sh -c \"cat; exit 4\"");
  plugins::PluginSet plugins({.directory = "/nowhere"}, {});
  Restoring restoring(run.records, &plugins);
  EXPECT_EQ(restoring.totals.errors, 1U);
  EXPECT_THAT(restoring.report.text(), HasSubstr("Child exited with code 4"));
}

}  // namespace
}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/scripts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "client/file_lists.h"
#include "testing/tree/temporary_directory.h"

namespace holdfast::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Messages final : public archive::Report {
 public:
  std::vector<std::string> texts;
  void message(MessageType, const std::string& text) override { texts.push_back(text); }
};

JobCodes codes(JobStatus status = JobStatus::running) {
  JobCodes codes;
  codes.id = JobId(7);
  codes.job = "nightly.2026-11-22_21.51.04_03";
  codes.client = "lab-fd";
  codes.director = "lab-dir";
  codes.level = JobLevel::incremental;
  codes.status = status;
  codes.files = 3;
  codes.bytes = 1234;
  return codes;
}

wire::RunScriptCommand script(const std::string& command, wire::ScriptTime when) {
  wire::RunScriptCommand script;
  script.when = static_cast<std::uint32_t>(when);
  script.command = command;
  return script;
}

TEST(JobCodes, EachStandsForItsValueAndUnknownOnesStay) {
  EXPECT_EQ(expand_codes("%i %n %j %l %c %D %F %b %% %q %", codes()),
            "7 nightly nightly.2026-11-22_21.51.04_03 Incremental lab-fd lab-dir 3 1234 % %q %");
  EXPECT_EQ(expand_codes("%e", codes(JobStatus::cancelled)), "Canceled");
}

TEST(Scripts, LongLinesAreToldInPieces) {
  Scripts scripts({});
  scripts.add(script("printf %%0130d 1", wire::ScriptTime::before));
  Messages messages;
  EXPECT_EQ(scripts.run(wire::ScriptTime::before, codes(), messages, {}), Scripts::Outcome::ok);
  EXPECT_THAT(messages.texts, ElementsAre("shell command: run ClientBeforeJob \"printf %0130d 1\"",
                                          "ClientBeforeJob: " + std::string(129, '0'), "ClientBeforeJob: 1"));
}

TEST(Scripts, EachPhaseRunsOnce) {
  Scripts scripts({});
  scripts.add(script("/bin/true", wire::ScriptTime::before));
  Messages messages;
  scripts.run(wire::ScriptTime::before, codes(), messages, {});
  scripts.run(wire::ScriptTime::before, codes(), messages, {});
  EXPECT_EQ(messages.texts.size(), 1U);
}

TEST(Scripts, WhetherOneRunsDependsOnTheStatus) {
  Scripts scripts({});
  scripts.add(script("/bin/true", wire::ScriptTime::after));  // on success only
  Messages messages;
  scripts.run(wire::ScriptTime::after, codes(JobStatus::fatal), messages, {});
  EXPECT_TRUE(messages.texts.empty());
}

TEST(Scripts, OneThatTakesTooLongHasFailed) {
  Scripts scripts({});
  auto slow = script("sleep 1000", wire::ScriptTime::after);
  slow.abort_on_error = true;
  scripts.add(slow);
  Messages messages;
  EXPECT_EQ(scripts.run(wire::ScriptTime::after, codes(), messages, {}, std::chrono::milliseconds(1)),
            Scripts::Outcome::failed);
  EXPECT_THAT(messages.texts.back(), HasSubstr("took longer than 1 seconds"));
}

TEST(Scripts, OnlyAllowedFoldersMayHoldThem) {
  for (const char* command : {"/tmp/evil", "/etc/bareos/scripts/../../evil", "evil"}) {
    Scripts scripts({"/etc/bareos/scripts/"});
    auto refused = script(command, wire::ScriptTime::before);
    refused.abort_on_error = true;
    scripts.add(refused);
    Messages messages;
    EXPECT_EQ(scripts.run(wire::ScriptTime::before, codes(), messages, {}), Scripts::Outcome::failed);
    EXPECT_THAT(messages.texts, ElementsAre(HasSubstr("was not run")));
  }
}

selection::FileSet files(std::vector<std::string> entries) {
  selection::FileSet set;
  set.includes.emplace_back().files = std::move(entries);
  return set;
}

TEST(FileLists, CommandsAndFilesAreReplacedByTheirLines) {
  const tree::TemporaryDirectory folder;
  std::ofstream(folder.path() + "/list") << "/a\n\n/b c\n";
  auto set = files({"/etc", "|printf /%i\\n/x", "<" + folder.path() + "/list"});
  expand_file_lists(set, codes(), {});
  EXPECT_THAT(set.includes.front().files, ElementsAre("/etc", "/7", "/x", "/a", "/b c"));
}

TEST(FileLists, MayBeLongAndMayHaveLineEndsOfOtherSystems) {
  const tree::TemporaryDirectory folder;
  const auto path = folder.path() + "/list";
  {
    std::ofstream list(path);
    for (int i = 0; i < 100'000; ++i) list << "/a directory/file " << i << "\r\n\n";
    list << "/last";
  }
  auto set = files({"<" + path});
  expand_file_lists(set, codes(), {});
  const auto& found = set.includes.front().files;
  ASSERT_EQ(found.size(), 100'001U);
  EXPECT_EQ(found[99'999], "/a directory/file 99999");
  EXPECT_EQ(found.back(), "/last");
}

TEST(FileLists, AListThatCannotBeReadEndsTheJob) {
  auto missing = files({"</nowhere/list"});
  EXPECT_THROW(expand_file_lists(missing, codes(), {}), Error);
  auto failing = files({"|/bin/false"});
  EXPECT_THROW(expand_file_lists(failing, codes(), {}), Error);
  auto directory = files({"</tmp"});
  EXPECT_THROW(expand_file_lists(directory, codes(), {}), Error);
}

}  // namespace
}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
// Whole dialogues, packet by packet, against the recordings of golden/console/more.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "base/text.h"
#include "testing/base/golden.h"
#include "testing/director/recorded_director.h"

namespace holdfast::director::console {
namespace {

using testing_support::Recorded;

struct Dialogue {
  const char* name;
  const char* up_to = "";  ///< only what stands before this line said
};

// Of golden/console/more: compared are those whose answers follow from configuration and golden/catalog. The others
// (restore-menu, list-filters, acl, status-and-cancel, misc-and-errors, volumes-and-prompts, bvfs, prompts) need rows
// of the other peer's catalog, which was not recorded, or commands of later issues.
constexpr Dialogue dialogues[] = {
    {"run-mod.api0"},
    {"run-mod.api1"},
    {"restore-tree.api1"},
};

std::vector<std::string> inputs_of(const std::string& recording) {
  constexpr std::string_view heading = "# console input: ";
  std::vector<std::string> inputs;
  std::string_view line =
      std::string_view(recording).substr(heading.size(), recording.find('\n') - heading.size());
  for (std::size_t at = 0; at != std::string_view::npos;) {
    const std::size_t end = line.find(" ; ");
    inputs.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) break;
    line.remove_prefix(end + 3);
  }
  return inputs;
}

/// Times, numbers of bootstrap files, names of signals; and where 25.1 exchanges two values of a copy job for
/// programs, what it means.
std::string masked(std::string text) {
  static const std::pair<std::regex, const char*> masks[] = {
      {std::regex("signal (-\\d+)[^\\n]*"), "signal $1"},
      {std::regex("2026-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"), "TIME"},
      {std::regex("/[^ \"]*lab-dir\\.restore\\.\\d+\\.bsr"), "BOOTSTRAP"},
      {std::regex("Write Storage: CopyPool\\\\nNextPool:      Inflate"),
       "Write Storage: Inflate\\nNextPool:      CopyPool"},
  };
  for (const auto& [expression, replacement] : masks)
    text = std::regex_replace(text, expression, replacement);
  return text;
}

class ConsoleDialogues : public testing::TestWithParam<Dialogue> {};

TEST_P(ConsoleDialogues, GoAsRecorded) {
  const auto path = testing_support::golden(std::string("console/more/") + GetParam().name + ".packets.txt");
  const auto services = testing_support::recorded_director(Recorded::dialogues);
  if (!path || !services) GTEST_SKIP() << "the golden recordings are not at hand";
  std::ifstream file(*path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  const std::string recording = content.str();
  const auto script = services->talk(inputs_of(recording));
  EXPECT_EQ(masked(script.packets()), masked(recording.substr(recording.find('\n') + 1)));
}

/// What a recording answers to one line: everything up to the next prompt for a command.
std::string recorded_answer(const std::string& recording, const std::string& line,
                            const std::string& prompt) {
  const auto start = recording.find("\n> " + line + "\n");
  if (start == std::string::npos) return "not recorded: " + line;
  const auto end = recording.find("\n" + prompt, start);
  return recording.substr(start + 1, end + 1 - (start + 1));
}

// What a console with few rights sees; the rest of that recording lists rows of the other peer's catalog.
TEST(RestrictedConsole, SeesWhatWasRecorded) {
  static constexpr const char* lines[] = {"whoami",
                                          "list media all",
                                          "list backups client=lab-passive",
                                          "list storages",
                                          ".clients",
                                          ".jobs",
                                          ".pools",
                                          ".storages",
                                          ".filesets",
                                          ".schedule",
                                          ".consoles",
                                          "show client=lab-passive",
                                          ".authorized job=tree",
                                          ".authorized job=mini",
                                          ".authorized",
                                          ".bvfs_unknown",
                                          ".defaults job=tree",
                                          "estimate job=tree",
                                          "enable job=tree",
                                          "disable client=lab-passive"};
  for (const char* mode : {"0", "2"}) {
    const auto path = testing_support::golden(std::string("console/more/acl.api") + mode + ".packets.txt");
    const auto services = testing_support::recorded_director(Recorded::dialogues);
    if (!path || !services) GTEST_SKIP() << "the golden recordings are not at hand";
    std::ifstream file(*path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string recording = masked(content.str());
    int compared = 0;
    for (const char* line : lines) {
      const std::string end = std::string("< signal -") + (mode == std::string("0") ? "1" : "18") + "\n";
      const std::string wanted = recorded_answer(recording, line, end);
      if (wanted.starts_with("not recorded")) continue;
      ++compared;
      const auto script =
          services->talk({std::string(".api ") + mode + (mode == std::string("2") ? " compact=yes" : ""),
                          "use catalog=MyCatalog", "list jobs count", line},
                         "limited");
      EXPECT_EQ(recorded_answer(masked(script.packets()), line, end), wanted) << "api " << mode;
    }
    EXPECT_GE(compared, 15) << "api " << mode;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ConsoleDialogues, testing::ValuesIn(dialogues));

}  // namespace
}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/command_line.h"

#include <gtest/gtest.h>

#include "director/console/command.h"

namespace holdfast::director::console {
namespace {

TEST(CommandLine, SplitsWordsAtTheFirstEqualsSign) {
  const CommandLine line("run job=mini where=a=b yes");
  EXPECT_EQ(line.command(), "run");
  EXPECT_EQ(line.value("job"), "mini");
  EXPECT_EQ(line.value("where"), "a=b");
  ASSERT_TRUE(line.find("yes"));
  EXPECT_FALSE(line.find("yes")->value);
}

TEST(CommandLine, KnowsAnEmptyValueFromNone) {
  const CommandLine line(".bvfs_lsdirs path= jobid");
  EXPECT_EQ(line.value("path"), "");
  EXPECT_FALSE(line.value("jobid"));
  EXPECT_TRUE(line.has("jobid"));
}

TEST(CommandLine, TakesQuotesAndBackslashesInTheMiddleOfAWord) {
  const CommandLine line(R"(restore where="/a b"/c file=x\ y note="say \"hi\"")");
  EXPECT_EQ(line.value("where"), "/a b/c");
  EXPECT_EQ(line.value("file"), "x y");
  EXPECT_EQ(line.value("note"), "say \"hi\"");
}

TEST(CommandLine, FindsKeywordsInAnyCase) {
  EXPECT_EQ(CommandLine("list JOBS Client=x").value("client"), "x");
}

TEST(CommandLine, IgnoresWordsBehindTheThirtieth) {
  std::string text = "list";
  for (int i = 0; i < 100; ++i) text += " a" + std::to_string(i) + "=1";
  EXPECT_EQ(CommandLine(text).words().size(), CommandLine::most_words);
}

TEST(CommandLine, CutsBlanksAndControlCharactersAtTheEnd) {
  EXPECT_EQ(CommandLine(std::string("list jobs \r\n\0\x01", 13)).text(), "list jobs");
  EXPECT_TRUE(CommandLine("  \t\r\n").empty());
}

TEST(CommandLine, TakesBackWhatItQuoted) {
  for (const char* value : {"", "plain", "a b", "a\"b", "back\\slash", "x=y"})
    EXPECT_EQ(CommandLine("c v=" + quoted(value)).value("v"), value);
}

TEST(CommandTable, AbbreviationsMeanTheFirstEntryThatFits) {
  const std::pair<const char*, const char*> meant[] = {{"q", "quit"},
                                                       {"e", "enable"},
                                                       {"s", "status"},
                                                       {"r", "restore"},
                                                       {"u", "unmount"},
                                                       {".schedule", ".schedule"},
                                                       {".storage", ".storages"},
                                                       {".pool", ".pools"},
                                                       {".client", ".clients"},
                                                       {".level", ".levels"},
                                                       {".user", ".users"},
                                                       {"LIST", "list"}};
  for (const auto& [word, name] : meant) {
    const CommandEntry* entry = find_command(word);
    ASSERT_NE(entry, nullptr) << word;
    EXPECT_EQ(entry->name, name) << word;
  }
  EXPECT_EQ(find_command("nosuch"), nullptr);
  EXPECT_EQ(find_command(""), nullptr);
}

}  // namespace
}  // namespace holdfast::director::console

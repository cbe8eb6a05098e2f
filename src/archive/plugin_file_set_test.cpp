// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_file_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "selection/fileset_reader.h"
#include "testing/base/thrown.h"

namespace holdfast::archive {
namespace {

using Place = plugins::FileSetChange::Place;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

selection::FileSet file_set(std::initializer_list<std::string_view> lines) {
  selection::FileSetReader reader;
  for (const auto line : lines) reader.line(line);
  return reader.finish();
}

TEST(PluginFileSet, GetsFilesInTheIncludeThatNamesThePlugin) {
  auto files = file_set({"I", "O M", "N", "F /a", "N", "I", "O M", "N", "P python3:x"});
  change_file_set(files, {{1, {Place::own, {"F /b"}}}, {1, {Place::excluded, {"F *.tmp"}}}});
  ASSERT_EQ(files.includes.size(), 2U);
  EXPECT_THAT(files.includes[0].files, ElementsAre("/a"));
  EXPECT_THAT(files.includes[1].files, ElementsAre("/b"));
  EXPECT_EQ(files.includes[1].options.size(), 1U);
  ASSERT_EQ(files.excludes.size(), 1U);
  EXPECT_THAT(files.excludes[0].files, ElementsAre("*.tmp"));
}

TEST(PluginFileSet, GetsIncludesAroundThoseThatThereAre) {
  auto files = file_set({"I", "F /a", "N", "P python3:x"});
  change_file_set(files, {{0, {Place::before, {"O S", "WF *.log", "N", "F /before"}}},
                          {0, {Place::behind, {"F /behind"}}},
                          {0, {Place::own, {"F /own"}}}});
  ASSERT_EQ(files.includes.size(), 3U);
  EXPECT_THAT(files.includes[0].files, ElementsAre("/before"));
  ASSERT_EQ(files.includes[0].options.size(), 1U);
  EXPECT_EQ(files.includes[0].options[0].patterns.size(), 1U);
  EXPECT_THAT(files.includes[1].files, ElementsAre("/a", "/own"));
  EXPECT_THAT(files.includes[2].files, ElementsAre("/behind"));
}

TEST(PluginFileSet, TakesNoPluginsAndNothingThatIsNoLine) {
  for (const auto* line : {"P bpipe:/x:sh:sh", "G python3:x", "I", "E", "nonsense"}) {
    auto files = file_set({"I", "P python3:x"});
    EXPECT_THAT(testing_support::thrown_message([&] {
                  change_file_set(files, {{0, {Place::behind, {line}}}});
                }),
                HasSubstr(line));
    EXPECT_THAT(files.includes[0].files, IsEmpty());
  }
}

}  // namespace
}  // namespace holdfast::archive

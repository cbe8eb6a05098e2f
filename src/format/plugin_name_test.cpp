// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/plugin_name.h"

#include <gtest/gtest.h>

namespace holdfast::format {
namespace {

constexpr std::string_view observed{"1 1 1 bpipe:file=/PIPE/x.txt:reader=echo hi:writer=cat\0", 55};

TEST(PluginName, OfTheChapterIsReadWithItsWholeCommand) {
  const auto start = parse_plugin_start(as_bytes(observed));
  ASSERT_TRUE(start);
  EXPECT_EQ(start->file_index, 1);
  EXPECT_TRUE(start->is_portable);
  EXPECT_EQ(start->command, "bpipe:file=/PIPE/x.txt:reader=echo hi:writer=cat");
}

TEST(PluginName, IsWrittenAsInTheChapter) {
  EXPECT_EQ("1 " + plugin_start(true, "bpipe:file=/PIPE/x.txt:reader=echo hi:writer=cat"), observed);
}

TEST(PluginName, ThatEndsAnObjectOrIsCutOffStartsNone) {
  EXPECT_FALSE(parse_plugin_start(as_bytes("1 0")));
  for (std::size_t length = 0; length <= 6; ++length)
    EXPECT_FALSE(parse_plugin_start(as_bytes(observed.substr(0, length)))) << length;
  EXPECT_FALSE(parse_plugin_start(as_bytes("x 1 1 bpipe:")));
}

}  // namespace
}  // namespace holdfast::format

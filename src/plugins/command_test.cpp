// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::plugins {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

BpipeCommand read(std::string_view command) {
  BpipeCommand read;
  EXPECT_EQ(read_bpipe_command(command, read), std::nullopt);
  return read;
}

TEST(PluginCommand, NamesThePluginBeforeTheFirstColon) {
  EXPECT_EQ(plugin_name("bpipe:file=/x"), "bpipe");
  EXPECT_EQ(plugin_name("python3"), "python3");
}

TEST(PluginCommand, IsCutAtColonsThatAreNotEscaped) {
  EXPECT_THAT(split_plugin_command(R"(a:b\:c:d\\:\x:)"), ElementsAre("a", "b:c", "d\\", "\\x", ""));
}

TEST(BpipeCommand, IsReadByNames) {
  const auto command = read(R"(bpipe:file=/PIPE/x.txt:reader=echo a\:b=c:writer=sh -c "cat >/y")");
  EXPECT_EQ(command.file, "/PIPE/x.txt");
  EXPECT_EQ(command.reader, "echo a:b=c");
  EXPECT_EQ(command.writer, "sh -c \"cat >/y\"");
}

TEST(BpipeCommand, IsReadByPlaces) {
  const auto command = read("bpipe:/PIPE/x.txt:echo a=b:cat");
  EXPECT_EQ(command.file, "/PIPE/x.txt");
  EXPECT_EQ(command.reader, "echo a=b");
  EXPECT_EQ(command.writer, "cat");
}

TEST(BpipeCommand, OfARestoreReplacesWhatItTells) {
  auto command = read("bpipe:file=/x:reader=r:writer=w");
  EXPECT_EQ(read_bpipe_command("bpipe:writer=other", command), std::nullopt);
  EXPECT_EQ(command.writer, "other");
  EXPECT_EQ(command.reader, "r");
}

TEST(BpipeCommand, WithMoreThanItsThreePartsIsRefused) {
  BpipeCommand command;
  EXPECT_THAT(read_bpipe_command("bpipe:file=/x:reader=echo a:b", command).value_or(""), HasSubstr("\"b\""));
  EXPECT_THAT(read_bpipe_command("bpipe:/x:r:w:more", command).value_or(""), HasSubstr("\"more\""));
}

}  // namespace
}  // namespace holdfast::plugins

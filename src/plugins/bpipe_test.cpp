// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/bpipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/error.h"
#include "plugins/plugin_set.h"
#include "testing/base/thrown.h"

namespace holdfast::plugins {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::thrown_message;

struct BpipePlugin : testing::Test {
  BpipePlugin() { std::signal(SIGPIPE, SIG_IGN); }

  std::string all_of(ObjectSource& source) {
    std::string text;
    Buffer buffer(1000);
    for (;;) {
      const auto count = source.read(buffer);
      if (!count || *count == 0) return text;
      text += as_text(Bytes(buffer).first(*count));
    }
  }
  std::string told() {
    std::string text;
    for (const auto& message : plugins.take_messages()) text += message.text + "\n";
    return text;
  }
  Outcome<void> restore(const std::string& command, std::string_view data) {
    ObjectTarget& target = *plugins.target(command);
    EXPECT_EQ(target.create({"/x", "/x", "", format::FileType::regular, {}, 1}), Created::takes_data);
    if (const auto written = target.write(0, as_bytes(data)); !written) return written;
    return target.finish({});
  }

  PluginSet plugins{{.directory = "/nowhere"}, {}};
};

TEST_F(BpipePlugin, OffersWhatItsReaderWritesAsOneFile) {
  auto& source = plugins.source("bpipe:file=/PIPE/x:reader=echo hello there:writer=cat");
  const auto offer = source.next();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->name, "/PIPE/x");
  EXPECT_EQ(offer->type, format::FileType::regular);
  EXPECT_EQ(offer->stat.size, -1);
  EXPECT_EQ(all_of(source), "hello there\n");
  EXPECT_TRUE(source.finish());
  EXPECT_FALSE(source.next());
}

TEST_F(BpipePlugin, TellsHowAReaderFailedAndWhatItPrinted) {
  auto& source = plugins.source(R"(bpipe:/x:sh -c "echo half; echo no disk >&2; exit 7":)");
  ASSERT_TRUE(source.next());
  EXPECT_EQ(all_of(source), "half\n");
  const auto end = source.finish();
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error(), HasSubstr("Child exited with code 7"));
  EXPECT_EQ(told(), "bpipe: no disk\n");
}

TEST_F(BpipePlugin, GivesItsWriterWhatIsRestored) {
  plugins.job().where = "/tmp/r";
  EXPECT_TRUE(restore(R"(bpipe:file=/x:reader=r:writer=sh -c "echo %w %r; cat")", "the data\n"));
  EXPECT_EQ(told(), "bpipe: /tmp/r a\nbpipe: the data\n");
}

TEST_F(BpipePlugin, TakesItsWriterFromTheOptionsOfARestore) {
  plugins.add_options("bpipe:writer=cat");
  EXPECT_TRUE(restore("bpipe:file=/x:reader=r:writer=/no/such/program", "data\n"));
  EXPECT_EQ(told(), "bpipe: data\n");
}

TEST_F(BpipePlugin, SaysWhatToDoAboutAWriterThatIsNotThere) {
  auto* target = plugins.target("bpipe:file=/x:reader=r:writer=/no/such/program");
  EXPECT_EQ(target->create({"/x", "/x", "", format::FileType::regular, {}, 1}), Created::failed);
  EXPECT_THAT(told(),
              HasSubstr("/no/such/program could not be started: No such file or directory. Plugin options"));
}

TEST_F(BpipePlugin, TellsOfAWriterThatDidNotTakeEverything) {
  const auto restored = restore("bpipe:file=/x:reader=r:writer=false", std::string(3'000'000, 'x'));
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error(), HasSubstr("did not take all data"));
  const auto failed = restore(R"(bpipe:file=/x:reader=r:writer=sh -c "cat >/dev/null; exit 2")", "x");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error(), HasSubstr("Child exited with code 2"));
}

TEST_F(BpipePlugin, NeedsSomethingToRun) {
  EXPECT_THAT(thrown_message([&] { plugins.source("bpipe:file=/x"); }),
              HasSubstr("needs a file to store under"));
}

TEST(PluginSet, KnowsOnlyWhatPluginNamesAllows) {
  PluginSet plugins({.names = {"python3"}}, {});
  EXPECT_THAT(thrown_message([&] { plugins.source("bpipe:/x:true:"); }),
              HasSubstr("Command plugin \"bpipe:/x:true:\" not found"));
  EXPECT_EQ(plugins.target("bpipe:/x:true:"), nullptr);
  EXPECT_EQ(plugins.target("vmware:x"), nullptr);
}

TEST(PluginSet, RunsNothingWithoutAPluginDirectory) {
  PluginSet plugins({}, {});
  EXPECT_EQ(thrown_message([&] { plugins.source("python:module_name=x"); }),
            "Plugin Directory not defined. Cannot use plugin: \"python:module_name=x\"");
  EXPECT_EQ(plugins.target("python3:module_name=x"), nullptr);
  EXPECT_EQ(thrown_message([&] { plugins.source("bpipe:/x:true:true"); }),
            "Plugin Directory not defined. Cannot use plugin: \"bpipe:/x:true:true\"");
  EXPECT_EQ(plugins.target("bpipe:/x:true:true"), nullptr);
}

TEST(PluginSet, RunsBpipeWithoutAPluginDirectoryWherePluginNamesListsIt) {
  PluginSet plugins({.names = {"bpipe", "python3"}}, {});
  EXPECT_NE(plugins.target("bpipe:/x:true:true"), nullptr);
  EXPECT_EQ(plugins.target("python3:module_name=x"), nullptr);
}

TEST(MessageList, CountsWhatItHasNoRoomFor) {
  MessageList messages;
  for (int i = 0; i < 10'003; ++i) messages.add(MessageType::info, "x");
  const auto taken = messages.take();
  EXPECT_EQ(taken.size(), 10'001U);
  EXPECT_EQ(taken.back().text, "3 more messages of a plugin were dropped");
  EXPECT_THAT(messages.take(), IsEmpty());
}

TEST(MessageList, KeepsNoMoreBytesThanItHasRoomFor) {
  const std::string large(1'000'000, 'x');
  MessageList messages;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) messages.add(MessageType::info, large);
    const auto taken = messages.take();
    EXPECT_EQ(taken.size(), 17U);
    EXPECT_EQ(taken.back().text, "4 more messages of a plugin were dropped");
  }
}

TEST(MessageList, TakesNoSightingsAndChangesWithoutEnd) {
  const std::string large(50'000'000, 'x');
  MessageList messages;
  const auto add_sighting = [&] { messages.add_sighting({Sighting::Kind::seen, large}); };
  const auto add_change = [&] { messages.add_change({FileSetChange::Place::own, {large}}); };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) add_sighting();
    if (round == 1) {
      EXPECT_THAT(thrown_message(add_sighting), HasSubstr("more files before it answers"));
    }
    EXPECT_EQ(messages.take_sightings().size(), 5U);
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 5; ++i) add_change();
    if (round == 1) {
      EXPECT_THAT(thrown_message(add_change), HasSubstr("more files before it answers"));
    }
    EXPECT_EQ(messages.take_changes().size(), 5U);
  }
}

}  // namespace
}  // namespace holdfast::plugins

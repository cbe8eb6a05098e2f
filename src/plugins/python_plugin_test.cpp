// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/python_plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "testing/base/thrown.h"

namespace holdfast::plugins {
namespace {

using testing::HasSubstr;
using testing_support::thrown_message;

/// A plugin whose process is a shell script that says what a test wants, whatever it is asked.
struct PythonHost : testing::Test {
  PythonHost() : folder(testing::TempDir() + "python_host/") {
    std::signal(SIGPIPE, SIG_IGN);
    std::filesystem::create_directories(folder);
    settings.python = folder + "host";
  }

  void answer(std::vector<std::string_view> fields) { append_message(answers, fields); }
  void load() {
    for (int i = 0; i < 3; ++i) answer({"ok"});
  }
  /// Says the answers, then does what `then` says.
  std::unique_ptr<PythonPlugin> start(const std::string& then = "cat >/dev/null") {
    std::ofstream(folder + "answers", std::ios::binary) << as_text(answers);
    std::ofstream(settings.python) << "#!/bin/sh\ncat " << folder << "answers\n" << then << "\n";
    std::filesystem::permissions(settings.python, std::filesystem::perms::owner_all);
    return std::make_unique<PythonPlugin>(
        "python3:module_name=x", Surroundings{settings, job, options, objects, messages, stop.get_token()});
  }

  std::string folder;
  Settings settings;
  JobFacts job;
  std::vector<std::string> options;
  std::vector<StoredObject> objects;
  MessageList messages;
  std::stop_source stop;
  Buffer answers;
};

TEST_F(PythonHost, OffersObjectsAndTellsMessagesBeforeThem) {
  load();
  answer({"message", "4", "careful\x1b\n"});
  answer({"seen", "/kept"});
  answer({"object", "name", "/db", "data", "0"});
  answer({"finished", "xattr", "user.a", "1"});
  answer({"end"});
  const auto plugin = start();
  const auto offer = plugin->next();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->name, "/db");
  const auto told = messages.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].type, MessageType::error);
  EXPECT_EQ(told[0].text, "careful\\x1b");
  EXPECT_THAT(messages.take_seen(), testing::ElementsAre("/kept"));
  const auto extras = plugin->finish();
  ASSERT_TRUE(extras);
  EXPECT_EQ(extras->attributes.size(), 1U);
  EXPECT_FALSE(plugin->next());
}

TEST_F(PythonHost, ThatCannotGoOnSaysWhy) {
  answer({"ok"});
  answer({"broken", "there is no module x"});
  EXPECT_EQ(thrown_message([&] { start(); }), "Plugin python3: the plugin failed: there is no module x");
}

TEST_F(PythonHost, ThatEndsIsAnError) {
  load();
  EXPECT_THAT(thrown_message([&] { start("exit 3")->next(); }),
              HasSubstr("ended unexpectedly: Child exited with code 3"));
}

TEST_F(PythonHost, ThatAnswersSomethingElseIsAnError) {
  load();
  answer({"surprise"});
  const auto plugin = start();
  EXPECT_THAT(thrown_message([&] { plugin->next(); }), HasSubstr("answered \"surprise\" to \"next\""));
}

TEST_F(PythonHost, ThatGivesMoreThanWasAskedForIsAnError) {
  load();
  answer({"data", "eleven bytes"});
  const auto plugin = start();
  Buffer small(5);
  EXPECT_THAT(thrown_message([&] { static_cast<void>(plugin->read(small)); }),
              HasSubstr("12 bytes where 5 were asked for"));
}

TEST_F(PythonHost, ThatPromisesALargeMessageAndStopsCostsLittle) {
  load();
  answers.insert(answers.end(), {std::byte{3}, std::byte{0}, std::byte{0}, std::byte{0}});  // 48 MiB
  EXPECT_THAT(thrown_message([&] { start("exit 0")->next(); }), HasSubstr("ended unexpectedly"));
}

TEST_F(PythonHost, IsEndedWhenTheJobIsCancelled) {
  load();
  const auto plugin = start();
  stop.request_stop();
  EXPECT_THAT(thrown_message([&] { plugin->next(); }), HasSubstr("job was cancelled"));
}

}  // namespace
}  // namespace holdfast::plugins

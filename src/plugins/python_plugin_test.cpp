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
  std::unique_ptr<PythonPlugin> start(const std::string& then = "cat >/dev/null",
                                      const std::string& command = "python3:module_name=x") {
    std::ofstream(folder + "answers", std::ios::binary) << as_text(answers);
    std::ofstream(settings.python) << "#!/bin/sh\ncat " << folder << "answers\n" << then << "\n";
    std::filesystem::permissions(settings.python, std::filesystem::perms::owner_all);
    return std::make_unique<PythonPlugin>(
        command, Surroundings{settings, job, options, objects, messages, files, stop.get_token()});
  }

  /// The names of the objects, which are one letter each, that a plugin with this command is given.
  std::string given_to(const std::string& command) {
    answers.clear();
    for (int i = 0; i < 6; ++i) answer({"ok"});
    const auto asked = folder + "asked";
    start("cat > " + asked, command)->end();
    std::ifstream file(asked, std::ios::binary);
    const std::string heard((std::istreambuf_iterator<char>(file)), {});
    std::string names;
    for (const auto& object : objects)
      if (heard.find("object " + object.name) != std::string::npos) names += object.name;
    return names;
  }

  std::string folder;
  Settings settings;
  JobFacts job;
  std::vector<std::string> options;
  std::vector<StoredObject> objects;
  MessageList messages;
  JobFiles* files = nullptr;
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
  const auto sightings = messages.take_sightings();
  ASSERT_EQ(sightings.size(), 1U);
  EXPECT_EQ(sightings[0].name, "/kept");
  EXPECT_EQ(sightings[0].kind, Sighting::Kind::seen);
  const auto extras = plugin->finish();
  ASSERT_TRUE(extras);
  EXPECT_EQ(extras->attributes.size(), 1U);
  EXPECT_FALSE(plugin->next());
}

/// Wants what is named /yes, and knows it from before.
class OneFile final : public JobFiles {
 public:
  bool accepts(const NamedFile& file) override { return file.name == "/yes"; }
  Comparison compare(const NamedFile& file) override { return {file.stat.size != 3, true, 7}; }
};

TEST_F(PythonHost, IsToldWhatItAsksAboutFiles) {
  OneFile one;
  files = &one;
  load();
  answer({"accept", "/yes", "3", "size=3"});
  answer({"accept", "/no/", "5", "size=3"});
  answer({"compare", "/yes", "3", "size=3"});
  answer({"compare", "/yes", "3", "size=4"});
  answer({"end"});
  answer({"ok"});
  const auto asked = folder + "asked";
  const auto plugin = start("cat > " + asked);
  EXPECT_FALSE(plugin->next());
  plugin->end();
  Buffer wanted;
  append_message(wanted, Fields{"next"});
  append_message(wanted, Fields{"yes"});
  append_message(wanted, Fields{"no"});
  append_message(wanted, Fields{"unchanged", "known", "7"});
  append_message(wanted, Fields{"changed", "known", "7"});
  append_message(wanted, Fields{"end"});
  std::ifstream file(asked, std::ios::binary);
  const std::string heard((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(heard, testing::EndsWith(as_text(wanted)));
}

TEST_F(PythonHost, ThatAsksAboutNothingIsBroken) {
  load();
  answer({"accept", "", "3", "size=3"});
  const auto plugin = start();
  EXPECT_THAT(thrown_message([&] { plugin->next(); }), testing::HasSubstr("cannot be named"));
}

TEST_F(PythonHost, AddsToTheFileSetBeforeItBegins) {
  for (int i = 0; i < 2; ++i) answer({"ok"});
  answer({"include", "behind", "F /more"});
  answer({"ok"});
  const auto plugin = start();
  const auto changes = messages.take_changes();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].place, FileSetChange::Place::behind);
  EXPECT_THAT(changes[0].lines, testing::ElementsAre("F /more"));
}

TEST_F(PythonHost, IsAskedOfFilesNobodyMetOnlyWhereItHasAWordOnThem) {
  answer({"ok"});
  answer({"ok", "checks_files"});
  answer({"ok"});
  answer({"yes"});
  answer({"no"});
  const auto plugin = start();
  EXPECT_TRUE(plugin->knows_of("/a"));
  EXPECT_FALSE(plugin->knows_of("/b"));
}

TEST_F(PythonHost, IsGivenTheObjectsOfItsOwnCommandOnly) {
  const auto object = [](const std::string& plugin, const std::string& name) {
    return StoredObject{1, 25, 0, 1, plugin, name, to_buffer(as_bytes("object " + name))};
  };
  objects = {object("python3:module_name=x:db=1", "a"), object("python3:module_name=x:db=2", "b"),
             object("python3:module_name=y", "c")};
  EXPECT_EQ(given_to("python3:module_name=x:db=1"), "a");
  EXPECT_EQ(given_to("python3:module_name=x:db=2"), "b");
  EXPECT_EQ(given_to("python:module_name=y:changed=1"), "c");
  EXPECT_EQ(given_to("python3:module_name=x:db=3"), "ab");
  EXPECT_EQ(given_to("python3:module_name=z"), "");
}

TEST_F(PythonHost, ThatCannotGoOnSaysWhy) {
  answer({"ok"});
  answer({"broken", "there is no module x"});
  EXPECT_EQ(thrown_message([&] { start(); }), "Plugin python3: the plugin failed: there is no module x");
}

TEST_F(PythonHost, IsHeardUpToALimit) {
  const std::string long_text(1'000'000, 'x');
  load();
  answer({"message", "4", long_text});
  answer({"failed", long_text});
  const auto plugin = start();
  const auto finished = plugin->finish();
  ASSERT_FALSE(finished);
  const auto cut = std::string(65'536, 'x') + " … and 934464 bytes more";
  EXPECT_EQ(finished.error(), cut);
  const auto told = messages.take();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].text, cut);
}

TEST_F(PythonHost, ThatEndsIsAnError) {
  load();
  EXPECT_THAT(thrown_message([&] { start("exit 3")->next(); }),
              HasSubstr("ended unexpectedly: Child exited with code 3"));
}

TEST_F(PythonHost, ThatGoesOnAfterItsJobIsEndedWithoutAnError) {
  settings.timeout = std::chrono::seconds(1);
  load();
  answer({"ok"});
  EXPECT_EQ(thrown_message([&] { start("exec sleep 1000")->end(); }), "");
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

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/piped_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "testing/base/thrown.h"

namespace holdfast::os {
namespace {

using Talks = PipedProcess::Talks;
using testing::ElementsAre;

struct World {
  std::vector<std::string> errors;
  std::stop_source stop;

  std::unique_ptr<PipedProcess> start(const std::string& command, PipedProcess::Terms terms) {
    return std::make_unique<PipedProcess>(
        split_command(command), terms, [this](std::string_view line) { errors.emplace_back(line); },
        stop.get_token());
  }
};

std::string all_of(PipedProcess& process) {
  std::string text;
  Buffer buffer(1000);
  while (const auto count = process.read(buffer)) text += as_text(Bytes(buffer).first(count));
  return text;
}

TEST(PipedProcess, OutputIsReadWhileErrorsGoElsewhere) {
  World world;
  const auto process = world.start("sh -c 'echo data; echo wrong >&2; exit 3'", {Talks::output});
  EXPECT_EQ(all_of(*process), "data\n");
  EXPECT_EQ(process->wait().number, 3);
  EXPECT_THAT(world.errors, ElementsAre("wrong"));
}

TEST(PipedProcess, ReadsWhatItIsGiven) {
  World world;
  const auto process = world.start("wc -c", {Talks::input});
  const Buffer much(3'000'000);
  EXPECT_TRUE(process->write(much));
  process->close_input();
  EXPECT_TRUE(process->wait().succeeded());
  EXPECT_THAT(world.errors, ElementsAre("3000000"));
}

TEST(PipedProcess, TalksInBothDirections) {
  World world;
  const auto process = world.start("cat", {Talks::both});
  EXPECT_TRUE(process->write(as_bytes("there and back")));
  process->close_input();
  EXPECT_EQ(all_of(*process), "there and back");
}

TEST(PipedProcess, ThatDoesNotReadIsNoticed) {
  World world;
  std::signal(SIGPIPE, SIG_IGN);
  const auto process = world.start("true", {Talks::input});
  const Buffer much(3'000'000);
  EXPECT_FALSE(process->write(much));
  EXPECT_TRUE(process->wait().succeeded());
}

TEST(PipedProcess, ThatSaysNothingIsEndedAfterTheLimit) {
  World world;
  const auto process = world.start("sleep 1000", {Talks::both, std::chrono::milliseconds(20)});
  Buffer buffer(10);
  EXPECT_EQ(testing_support::thrown_kind([&] { process->read(buffer); }), ErrorKind::timeout);
}

TEST(PipedProcess, EndsAtOnceOnAStop) {
  World world;
  const auto process = world.start("sleep 1000", {Talks::both});
  world.stop.request_stop();
  Buffer buffer(10);
  EXPECT_EQ(testing_support::thrown_kind([&] { process->read(buffer); }), ErrorKind::cancelled);
}

TEST(PipedProcess, EndsAtOnceOnAStopThoughItNeverStopsTalking) {
  for (const char* command : {"yes", "sh -c 'yes >&2'"}) {
    World world;
    const auto process = world.start(command, {Talks::output});
    Buffer buffer(10);
    if (command == std::string_view("yes")) process->read(buffer);
    const std::jthread stopping([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      world.stop.request_stop();
    });
    const auto reading = [&] {
      for (;;) process->read(buffer);
    };
    EXPECT_EQ(testing_support::thrown_kind(reading), ErrorKind::cancelled) << command;
  }
}

TEST(PipedProcess, IsNotWaitedForLongerThanOneWants) {
  World world;
  const auto process = world.start("sh -c 'read line; echo end >&2'", {Talks::both});
  EXPECT_FALSE(process->ends_within(std::chrono::milliseconds(20)));
  process->close_input();
  EXPECT_TRUE(process->ends_within(std::chrono::seconds(100)));
  EXPECT_THAT(world.errors, ElementsAre("end"));
}

TEST(PipedProcess, MayCleanUpWhenNobodyWantsItAnyMore) {
  const auto folder = testing::TempDir();
  const auto marker = folder + "piped_process_cleaned_up";
  std::filesystem::remove(marker);
  World world;
  {
    const auto process = world.start(
        "sh -c 'trap \"touch " + marker + "; exit\" TERM; echo ready; while :; do sleep 0.01; done'",
        {Talks::both});
    Buffer buffer(10);
    process->read(buffer);
  }
  EXPECT_TRUE(std::filesystem::remove(marker));
}

TEST(PipedProcess, ThatDoesNotExistIsAnErrorWithItsName) {
  World world;
  EXPECT_EQ(testing_support::thrown_message([&] { world.start("/no/such/program", {Talks::both}); }),
            "/no/such/program could not be started: No such file or directory");
}

}  // namespace
}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>

#include "base/error.h"
#include "os/child.h"
#include "testing/base/thrown.h"

namespace holdfast::os {
namespace {

using testing::ElementsAre;

struct Ran {
  ProcessEnd end;
  std::vector<std::string> lines;
};

Ran run(const std::string& command) {
  Ran ran;
  ran.end =
      run_process(split_command(command), [&](std::string_view line) { ran.lines.emplace_back(line); }, {});
  return ran;
}

TEST(Process, BothOutputsComeLineByLine) {
  const Ran ran = run("sh -c 'echo one; echo two >&2; printf three'");
  EXPECT_TRUE(ran.end.succeeded());
  EXPECT_THAT(ran.lines, ElementsAre("one", "two", "three"));
}

TEST(Process, TheExitStatusIsTold) {
  const Ran ran = run("sh -c 'exit 3'");
  EXPECT_FALSE(ran.end.succeeded());
  EXPECT_EQ(ran.end.text(), "Child exited with code 3");
}

TEST(Process, AProgramThatDoesNotExistIsNotStarted) {
  const Ran ran = run("/nowhere/at-all");
  EXPECT_EQ(ran.end.how, ProcessEnd::How::not_started);
  EXPECT_EQ(ran.end.text(), "No such file or directory");
  EXPECT_EQ(run("").end.how, ProcessEnd::How::not_started);
}

TEST(Process, NothingIsThereToRead) { EXPECT_TRUE(run("cat").lines.empty()); }

TEST(Process, ABackgroundProcessThatKeepsTheOutputOpenIsNotWaitedFor) {
  EXPECT_THAT(run("sh -c 'sleep 5 & echo started'").lines, ElementsAre("started"));
}

TEST(Process, ABackgroundProcessThatWritesForEverIsNotWaitedFor) {
  EXPECT_TRUE(run("sh -c 'yes & exit 0'").end.succeeded());
}

TEST(Process, AStopRequestEndsTheProgram) {
  std::stop_source stop;
  const auto end_at_once = [&](std::string_view) { stop.request_stop(); };
  EXPECT_THROW(run_process(split_command("sh -c 'echo here; sleep 60'"), end_at_once, stop.get_token()),
               Error);
}

Ran run(const std::string& command, const ProcessTerms& terms) {
  Ran ran;
  const auto take = [&](std::string_view line) { ran.lines.emplace_back(line); };
  ran.end = run_process(split_command(command), take, {}, terms);
  return ran;
}

TEST(Process, WhatItIsGivenCanBeRead) {
  EXPECT_THAT(run("cat", {.input = "one\ntwo\n"}).lines, ElementsAre("one", "two"));
}

TEST(Process, MuchInputThatNobodyReadsHoldsNobodyUp) {
  const std::string much(1 << 20, 'x');
  EXPECT_TRUE(run("true", {.input = much}).end.succeeded());
}

TEST(Process, ThatTakesTooLongIsEnded) {
  using namespace std::chrono_literals;
  const Ran ran = run("sh -c 'echo here; sleep 60'", {.limit = 1ms});
  EXPECT_EQ(ran.end.how, ProcessEnd::How::took_too_long);
  EXPECT_EQ(ran.end.text(), "Child was ended because it took longer than 1 seconds");
}

TEST(Process, ThatDoesNotWantToEndIsKilled) {
  using namespace std::chrono_literals;
  const Ran ran = run("sh -c 'trap : TERM; while :; do sleep 1; done'", {.limit = 1ms, .grace = 1ms});
  EXPECT_EQ(ran.end.how, ProcessEnd::How::took_too_long);
}

TEST(SplitCommand, QuotesHoldAWordTogether) {
  EXPECT_THAT(split_command("/bin/a  b 'c d' \"e f\" g'h"), ElementsAre("/bin/a", "b", "c d", "e f", "g'h"));
  EXPECT_THAT(split_command(""), ElementsAre());
  EXPECT_THAT(split_command("'open end"), ElementsAre("open end"));
}

TEST(Child, ThatCannotBeWatchedIsEndedAndAnError) {
  int pid = 0;
  ASSERT_EQ(spawn({"sleep", "1000"}, {}, pid), 0);
  rlimit allowed;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &allowed), 0);
  const rlimit nothing{0, allowed.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &nothing), 0);
  const auto message = testing_support::thrown_message([pid] { Child child(pid); });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &allowed), 0);
  EXPECT_EQ(message, "cannot watch a program that was started: Too many open files");
  EXPECT_EQ(::kill(pid, 0), -1) << "it is still there";
}

}  // namespace
}  // namespace holdfast::os

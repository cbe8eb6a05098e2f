// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/api_session.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <sstream>

#include "base/error.h"
#include "console/job_control.h"
#include "console/shell.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::console {
namespace {

/// A Director that answered everything beforehand.
class Director {
 public:
  Director() {
    auto [ours, theirs] = transport::memory_pair();
    console_ = std::make_unique<transport::Channel>(std::move(ours));
    director_ = std::make_unique<transport::Channel>(std::move(theirs));
  }
  Director& says(std::string_view text, wire::Signal end = wire::Signal::main_prompt) {
    if (!text.empty()) director_->send(text);
    director_->send(end);
    director_->flush();
    return *this;
  }
  void hangs_up() {
    director_->send(wire::Signal::terminate);
    director_->flush();
  }
  std::unique_ptr<transport::Channel> channel() { return std::move(console_); }
  std::string heard() {
    const auto received = director_->receive();
    const auto* packet = std::get_if<transport::Packet>(&received);
    return packet ? std::string(packet->text()) : "";
  }

 private:
  std::unique_ptr<transport::Channel> console_;
  std::unique_ptr<transport::Channel> director_;
};

constexpr std::string_view api = R"({"jsonrpc":"2.0","id":null,"result":{"api":2}})";

TEST(ApiSession, ReturnsTheResultOfACommand) {
  Director director;
  director.says(api).says(R"({"jsonrpc":"2.0","id":null,"result":{"run":{"jobid":"17"}}})");
  ApiSession session(director.channel());
  EXPECT_EQ(start_job(session, "run job=x yes"), JobId(17));
  EXPECT_EQ(director.heard(), ".api 2 compact=yes");
  EXPECT_EQ(director.heard(), "run job=x yes");
}

TEST(ApiSession, ThrowsWhatTheDirectorSays) {
  Director director;
  director.says(api).says(
      R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"failed","data":{"result":{},"messages":{"error":["foo: is an invalid command.\n"]}}}})");
  ApiSession session(director.channel());
  try {
    session.call("foo");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_EQ(error.message(), "foo: is an invalid command.");
  }
}

TEST(ApiSession, DropsWhatIsNestedTooDeeply) {
  Director director;
  const std::size_t levels = 300'000;
  director.says(api).says(R"({"result":{"jobs":)" + std::string(levels, '[') + std::string(levels, ']') +
                          "}}");
  ApiSession session(director.channel());
  EXPECT_LT(session.call("list jobs").size(), 1'000U);
}

TEST(ApiSession, SaysWhichCommandWasRefusedWithoutAReason) {
  Director director;
  director.says(api).says(
      R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"failed","data":{"result":{},"messages":{}}}})");
  ApiSession session(director.channel());
  try {
    session.call("run job=x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("run job=x"), std::string::npos);
  }
}

TEST(ApiSession, ReadsPastMessagesInFrontOfTheDocument) {
  Director director;
  director.says(api).says("22-Nov 21:51 dir JobId 1: hello\n{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}");
  ApiSession session(director.channel());
  EXPECT_EQ(session.call("messages"), "{}");
}

TEST(ApiSession, FailsCleanlyOnGarbageAndOnTheEnd) {
  for (const char* garbage : {"", "{", "[1]", "nothing", "{\"result\":", "\xff\xfe"}) {
    Director director;
    director.says(api).says(garbage);
    ApiSession session(director.channel());
    EXPECT_THROW(session.call("list jobs"), Error) << garbage;
  }
  Director director;
  director.says(api).hangs_up();
  ApiSession session(director.channel());
  EXPECT_THROW(session.call("list jobs"), Error);
}

TEST(JobControl, FollowsAJobToItsEnd) {
  Director director;
  director.says(api)
      .says(
          R"({"result":{"running":[{"jobid":5,"name":"x.1","status":"is running","files":3,"bytes":100}]}})")
      .says(R"({"result":{"running":[]}})")
      .says(
          R"({"result":{"jobs":[{"jobid":"5","name":"x","jobstatus":"T","jobfiles":"9","jobbytes":"900"}]}})");
  ApiSession session(director.channel());
  std::vector<std::uint64_t> seen;
  const auto job = follow_job(session, JobId(5), std::chrono::milliseconds(0),
                              [&](const RunningJob& running) { seen.push_back(running.files); }, {});
  EXPECT_EQ(seen, std::vector<std::uint64_t>{3});
  EXPECT_TRUE(job.is_good());
  EXPECT_EQ(job.files, 9U);
}

/// What the shell shows for these lines.
std::string shown(Director& director, const std::string& lines, Interruption* user = nullptr) {
  std::FILE* file = std::tmpfile();
  {
    const auto channel = director.channel();
    Printer printer(file);
    Shell shell(*channel, printer, Privileges::refuse_local_commands, std::chrono::seconds(0));
    if (user) shell.heed(*user);
    std::istringstream input(lines);
    StreamLines source(input);
    shell.run(source);
  }
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

TEST(Shell, RepeatsCommandsOfAScriptAndShowsAnswers) {
  Director director;
  director.says("root\n", wire::Signal::end_of_data)
      .says("OK to run? (yes/mod/no): ", wire::Signal::sub_prompt);
  director.says("Job not run.\n", wire::Signal::end_of_data);
  EXPECT_EQ(shown(director, "whoami\nrun job=x\nno\n"),
            "whoami\nroot\nrun job=x\nOK to run? (yes/mod/no): no\nJob not run.\n");
}

TEST(Shell, CarriesOutItsOwnCommands) {
  Director director;
  EXPECT_EQ(shown(director, "@# a comment\n@echo a b\n@nosuch\n@exec \"ls\"\n@quit\nnot sent\n"),
            "@# a comment\n@echo a b\na b \n@nosuch\n@nosuch: is an invalid command\n@exec \"ls\"\n"
            "@exec command is not allowed as privileged user.\n@quit\n");
}

TEST(Shell, SendsAllCommandsOfALineWithSeparators) {
  Director director;
  director.says("1\n", wire::Signal::end_of_data).says("2\n", wire::Signal::end_of_data);
  EXPECT_EQ(shown(director, "@separator ;\nfirst; second\n"), "@separator ;\nfirst; second\n1\n2\n");
  EXPECT_EQ(director.heard(), "first");
  EXPECT_EQ(director.heard(), "second");
}

TEST(Shell, EndsWhenTheDirectorHangsUp) {
  Director director;
  director.hangs_up();
  EXPECT_EQ(shown(director, "list jobs\nlist jobs\n"), "list jobs\n");
}

/// A user who has had enough after the first part of each answer.
struct Impatient final : Interruption {
  void begin() override { parts = 0; }
  bool is_wanted() const override { return ++parts > 1; }
  mutable int parts = 0;
};

TEST(Shell, LeavesOutTheRestOfAnAnswerAndShowsTheNextQuestion) {
  Director director;
  director.says("1\n", wire::Signal::poll)
      .says("2\n", wire::Signal::poll)
      .says("3\n", wire::Signal::end_of_data);
  director.says("a\n", wire::Signal::poll).says("Select (1-2): ", wire::Signal::sub_prompt);
  Impatient user;
  EXPECT_EQ(
      shown(director, "list\nrun\n", &user),
      "list\n1\n\n[the rest of the answer is left out]\nrun\na\n\n[the rest of the answer is left out]\n"
      "Select (1-2): ");
}

}  // namespace
}  // namespace holdfast::console

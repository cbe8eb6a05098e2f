// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/session.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <thread>

#include "base/error.h"
#include "base/wait.h"
#include "director/console/serve.h"
#include "testing/director/console_double.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::director::console {
namespace {

using testing_support::ScriptedConsole;
using testing_support::ServicesDouble;

const std::string configuration = testing_support::small_configuration() + R"(
Job { Name = secret
  Type = Backup
  Level = Full
  Client = one-fd
  FileSet = Files
  Storage = Disk
  Pool = Full
  Messages = Daemon }
Console { Name = limited
  Password = x
  JobAcl = nightly
  ClientAcl = *all*
  StorageAcl = *all*
  PoolAcl = *all*
  FileSetAcl = *all*
  CatalogAcl = *all*
  CommandAcl = run, list, .jobs }
)";

TEST(Session, FramesCommandsWithSignalsForPrograms) {
  ServicesDouble services(configuration);
  EXPECT_EQ(services.talk({".api json", ".api json compact=yes", "", "."}).packets(),
            "> .api json\n< signal -15\n"
            "< {\\n  \"jsonrpc\": \"2.0\",\\n  \"id\": null,\\n  \"result\": {\\n    \"api\": 2\\n  }\\n}\n"
            "< signal -18\n> .api json compact=yes\n< signal -16\n< signal -15\n"
            "< {\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{\"api\":2}}\n< signal -18\n"
            "> \n< signal -18\n"
            "> .\n< signal -16\n< signal -16\n< signal -15\n< signal -15\n"
            "< {\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}\n< signal -18\n");
}

TEST(Session, EndsAnAnswerWithEndOfDataForPeople) {
  ServicesDouble services(configuration);
  EXPECT_EQ(
      services.talk({"whoami", "foo", "quit"}).packets(),
      "> whoami\n< root\\n\n< signal -1\n> foo\n< foo: is an invalid command.\\n\n< signal -1\n> quit\n");
}

TEST(Session, HidesCommandsAndResourcesThatAConsoleHasNoRightTo) {
  ServicesDouble services(configuration);
  EXPECT_EQ(services.talk({"status director"}, "limited").last_answer(), "status: is an invalid command.\n");
  EXPECT_EQ(services.talk({".jobs"}, "limited").last_answer(), "nightly\n");
  EXPECT_NE(services.talk({"run job=secret yes"}, "limited").screen().find("Job \"secret\" not found"),
            std::string::npos);
  EXPECT_TRUE(services.requests.empty() || services.requests.back().job->name == "nightly");
  ASSERT_FALSE(services.audited.empty());
  EXPECT_EQ(services.audited.front(),
            "Console [limited] from [127.0.0.1], Audit acl failure for Command status\n");
}

TEST(Session, AConsoleThatIsNoLongerConfiguredMayDoNothing) {
  ServicesDouble services(configuration);
  EXPECT_EQ(services.talk({".jobs"}, "gone").last_answer(), ".jobs: is an invalid command.\n");
  EXPECT_EQ(services.talk({"whoami"}, "gone").last_answer(), "gone\n");
}

TEST(Session, RunsAJobAndTellsItsId) {
  ServicesDouble services(configuration);
  EXPECT_EQ(
      services.talk({".api 2 compact=yes", "run job=nightly level=Incremental priority=5 yes"}).last_answer(),
      R"({"jsonrpc":"2.0","id":null,"result":{"run":{"jobid":"100"}}})");
  ASSERT_EQ(services.requests.size(), 1U);
  EXPECT_EQ(services.requests[0].job->name, "nightly");
  EXPECT_EQ(services.requests[0].level, JobLevel::incremental);
  EXPECT_EQ(services.requests[0].priority, 5U);
}

TEST(Session, ARunThatIsNotCompleteFailsWhereNobodyCanBeAsked) {
  ServicesDouble services(configuration);
  for (const char* line : {"run", "run job=nope yes", "run job=nightly level=foo yes",
                           "run job=nightly foo=1 yes", "run job=nightly pool= yes=1"}) {
    EXPECT_EQ(services.talk({".api 2 compact=yes", line}).packets().find("\"result\":{\"run\""),
              std::string::npos)
        << line;
  }
  EXPECT_TRUE(services.requests.empty());
}

TEST(Session, NothingRunsWhenTheConsoleGoesAwayAtAQuestion) {
  ServicesDouble services(configuration);
  services.talk({"run job=nightly"});
  EXPECT_TRUE(services.requests.empty());
}

TEST(Session, CancelsOnlyTheJobThatWasNamed) {
  ServicesDouble services(configuration);
  services.running.push_back({JobId(7), "nightly.x", "nightly", "one-fd", "Disk", "", JobType::backup,
                              JobLevel::full, JobStatus::running, 0, 0, 0, 0, 0, ""});
  services.talk({"cancel job=other yes"});
  EXPECT_TRUE(services.cancelled.empty());
  services.talk({"cancel job=nightly yes"});
  EXPECT_EQ(services.cancelled, std::vector{JobId(7)});
}

TEST(Session, PassesDebugLevelsOnToDaemons) {
  ServicesDouble services(configuration);
  services.daemon_answers["one-fd"] = {"2000 OK setdebug=5\n"};
  services.daemon_answers["Disk"] = {"3000 OK setdebug=5\n"};
  EXPECT_EQ(services.talk({"setdebug level=5 fd=one-fd"}).last_answer(),
            "Connecting to Client one-fd at a:9102\n2000 OK setdebug=5\n");
  EXPECT_EQ(services.talk({"setdebug level=5 client=nobody"}).last_answer(),
            "Client \"nobody\" not found.\n");
  const std::string all = services.talk({"setdebug level=5 trace=1 all"}).last_answer();
  EXPECT_NE(all.find("level=5 trace=1 hangup=0 timestamp=0"), std::string::npos);
  EXPECT_NE(all.find("2000 OK setdebug=5\n"), std::string::npos);
  EXPECT_NE(all.find("3000 OK setdebug=5\n"), std::string::npos);
}

TEST(Session, TellsOnceThatThereAreMessages) {
  ServicesDouble services(configuration);
  services.messages = {"first\n", "second\n"};
  EXPECT_EQ(services.talk({"whoami", "whoami", "messages", "messages"}).screen(),
            "whoami\nroot\nYou have messages.\nwhoami\nroot\nmessages\nfirst\nsecond\nmessages\nYou have no "
            "messages.\n");
}

TEST(Session, GivesMessagesInsideTheDocument) {
  ServicesDouble services(configuration);
  services.messages = {"first\n"};
  EXPECT_EQ(services.talk({".api 2 compact=yes", "messages"}).last_answer(),
            R"({"jsonrpc":"2.0","id":null,"result":{"messages":["first\n"]}})");
}

TEST(Session, KnowsTheCommandsOfLaterVersions) {
  ServicesDouble services(configuration);
  EXPECT_NE(services.talk({"setip"}).last_answer().find("not available"), std::string::npos);
}

TEST(Session, EveryCommandOfTheTableSurvivesStrangeArguments) {
  ServicesDouble services(configuration);
  const std::string huge(10'000, 'x');
  std::vector<std::string> tails = {"",
                                    " =",
                                    " yes",
                                    " job=",
                                    " jobid=-1",
                                    " jobid=99999999999999999999",
                                    " \x01\x02\xff",
                                    " \"unclosed",
                                    " \\",
                                    " a=\"b",
                                    " client=\xff\xfe limit=-5 offset=x days=x"};
  tails.push_back(" job=" + huge + " client=" + huge);
  for (const char* mode : {".api 0", ".api 1", ".api 2"}) {
    std::vector<std::string> inputs{mode};
    for (const auto& entry : command_table()) {
      const std::string_view name = entry.name;
      if (name == "wait" || name == "exit" || name == "quit" || name == ".quit" || name == ".api" ||
          name == "reload")
        continue;
      for (const auto& tail : tails)
        inputs.insert(inputs.end(), {std::string(name) + tail, ".", ".", "no", "."});
    }
    inputs.emplace_back("whoami");
    EXPECT_NE(services.talk(inputs).last_answer().find("root"), std::string::npos) << mode;
  }
}

TEST(Session, SurvivesGarbage) {
  ServicesDouble services(configuration);
  std::mt19937 random(7);
  std::vector<std::string> inputs;
  for (int i = 0; i < 2000; ++i) {
    std::string line(random() % 60, '\0');
    for (char& c : line) c = static_cast<char>(random());
    inputs.push_back(std::move(line));
  }
  services.talk(inputs);
}

/// A console that hangs up while it waits.
class LeavingConsole final : public ConsoleLink {
 public:
  void send(std::string_view) override {}
  void send(wire::Signal signal) override {
    if (signal == wire::Signal::heartbeat) throw Error(ErrorKind::network, "the console has gone");
  }
  void flush() override {}
  Heard receive() override {
    if (has_asked_) return Gone{};
    has_asked_ = true;
    return std::string("wait");
  }
  std::chrono::milliseconds heartbeat_interval() const override { return std::chrono::milliseconds(1); }

 private:
  bool has_asked_ = false;
};

/// Jobs that never end.
class EndlessJobs final : public ServicesDouble {
 public:
  using ServicesDouble::ServicesDouble;
  bool wait_for_end(JobId, std::stop_token stop) override {
    wait_for(std::move(stop));
    return false;
  }
};

TEST(Session, NoticesThatAWaitingConsoleHasGone) {
  EndlessJobs services(configuration);
  ConnectedConsoles consoles;
  LeavingConsole link;
  Session session(link, services, consoles, {"*UserAgent*", "unknown", ""}, {});
  session.run();  // It would not return otherwise.
  EXPECT_TRUE(consoles.since().empty());
}

TEST(Session, AuditsWhatAConsoleMayAndMayNot) {
  ServicesDouble services(configuration);
  services.talk({"run job=nightly yes", ".jobs", "estimate job=nightly"}, "limited");
  const auto& audited = services.audited;
  const auto has = [&](std::string_view text) {
    return std::find(audited.begin(), audited.end(),
                     "Console [limited] from [127.0.0.1]" + std::string(text)) != audited.end();
  };
  EXPECT_TRUE(has(", Audit acl success for Command run\n"));
  EXPECT_TRUE(has(", Audit acl success for Job nightly\n"));
  EXPECT_TRUE(has(", Audit acl failure for Command estimate\n"));
  EXPECT_TRUE(has(" cmdline run job=nightly yes\n"));
  EXPECT_FALSE(has(", Audit acl success for Command .jobs\n")) << "programs ask all the time";
}

TEST(Session, AuditsNoPasswords) {
  ServicesDouble services(configuration);
  services.talk({"configure add client name=x address=y password=hidden-word"});
  ASSERT_FALSE(services.audited.empty());
  EXPECT_EQ(services.audited.front(),
            "Console [default] from [127.0.0.1] cmdline configure add client name=\"x\" address=\"y\" "
            "password=****\n");
}

TEST(Serve, TalksOverAChannelUntilTheConsoleLeaves) {
  ServicesDouble services(configuration);
  ConnectedConsoles consoles;
  auto [ours, theirs] = transport::memory_pair();
  transport::Channel console(std::move(theirs));
  transport::Peer peer;
  peer.name = "*UserAgent*";
  peer.channel = std::make_unique<transport::Channel>(std::move(ours));
  {
    const std::jthread director([&](std::stop_token stop) {
      try {
        serve(peer, services, consoles, stop);
      } catch (const Error&) {
        // The end of the test may interrupt its last goodbye.
      }
    });
    console.send("whoami");
    const auto answer = console.receive();
    ASSERT_TRUE(std::holds_alternative<transport::Packet>(answer));
    EXPECT_EQ(std::get<transport::Packet>(answer).text(), "root\n");
    EXPECT_EQ(std::get<wire::Signal>(console.receive()), wire::Signal::end_of_data);
    EXPECT_EQ(consoles.since().size(), 1U);
    console.send(wire::Signal::end_of_data);
    EXPECT_EQ(std::get<wire::Signal>(console.receive()), wire::Signal::poll);
    console.send(wire::Signal::terminate);
    console.flush();
  }
  EXPECT_TRUE(consoles.since().empty());
}

TEST(Serve, EndsWhenTheDirectorDoes) {
  ServicesDouble services(configuration);
  ConnectedConsoles consoles;
  auto [ours, theirs] = transport::memory_pair();
  transport::Peer peer;
  peer.name = "*UserAgent*";
  peer.channel = std::make_unique<transport::Channel>(std::move(ours));
  std::optional<ErrorKind> kind;
  {
    std::jthread director([&](std::stop_token stop) {
      try {
        serve(peer, services, consoles, stop);
      } catch (const Error& error) {
        kind = error.kind();
      }
    });
    director.request_stop();
  }
  EXPECT_TRUE(!kind || kind == ErrorKind::cancelled);
}

}  // namespace
}  // namespace holdfast::director::console

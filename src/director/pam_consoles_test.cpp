// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "testing/director/lab.h"
#include "testing/transport/memory_stream.h"
#include "wire/signal.h"

namespace holdfast::director {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace testing_support;

constexpr const char* permit = "auth required pam_permit.so\naccount required pam_permit.so\n";
constexpr const char* deny = "auth required pam_deny.so\naccount required pam_permit.so\n";
constexpr const char* by_password = "auth required pam_unix.so nodelay\naccount required pam_permit.so\n";

/// A console whose resource wants a login by PAM, connected to the Director of the lab.
class PamConsoles : public ::testing::Test {
 protected:
  PamConsoles()
      : lab_(
            "Console { Name = users; Password = x; UsePamAuthentication = yes }\n"
            "User { Name = alice; CommandAcl = whoami, .jobs; JobAcl = mini }\n") {
    lab_.pam = {"bareos", lab_.files.folder().string()};
    lab_.restart();
    lab_.console_messages();
  }
  ~PamConsoles() override { hang_up(); }

  void connect(const char* rules, int version = 2501) {
    std::ofstream(lab_.files.folder() / "bareos") << rules;
    auto [ours, theirs] = transport::memory_pair();
    console_ = std::make_unique<transport::Channel>(std::move(theirs));
    transport::Peer peer;
    peer.name = "users";
    peer.console_version = version;
    peer.channel = std::make_unique<transport::Channel>(std::move(ours));
    director_ = std::jthread([this, moved = std::make_shared<transport::Peer>(std::move(peer))](
                                 const std::stop_token& stop) { serve(std::move(*moved), stop); });
  }
  /// The edge of the connection, as transport::Server is otherwise.
  void serve(transport::Peer peer, const std::stop_token& stop) {
    try {
      lab_.director().serve(std::move(peer), stop);
    } catch (const Error&) {
    }
  }
  void hang_up() {
    try {
      if (console_ && !console_->is_dead()) {
        console_->send(wire::Signal::terminate);
        console_->flush();
      }
    } catch (const Error&) {
      // The Director was faster.
    }
    if (director_.joinable()) director_.join();
  }
  /// The next packet; "closed" where there is none.
  std::string hear() {
    try {
      const auto received = console_->receive();
      if (const auto* packet = std::get_if<transport::Packet>(&received)) return std::string(packet->text());
    } catch (const Error&) {
    }
    return "closed";
  }
  void say(std::string_view text) {
    console_->send(text);
    console_->flush();
  }

  Lab lab_;
  std::unique_ptr<transport::Channel> console_;
  std::jthread director_;
};

TEST_F(PamConsoles, LetAUserInWithThoseRightsOnly) {
  connect(permit);
  EXPECT_EQ(hear(), "1001\x1e");
  say("4002\x1e"
      "alice\x1ehidden-word");
  EXPECT_THAT(hear(), StartsWith("1000\x1eOK: lab-dir Version: 25.1.0"));
  EXPECT_THAT(hear(), EndsWith("\nYou are logged in as: alice"));
  say("whoami");
  EXPECT_EQ(hear(), "alice\n");
  hear();
  say(".jobs");
  EXPECT_EQ(hear(), "mini\n");
  hear();
  say("status director");
  EXPECT_EQ(hear(), "status: is an invalid command.\n");
  hang_up();
  EXPECT_THAT(lab_.console_messages(), Not(HasSubstr("hidden-word")));
}

TEST_F(PamConsoles, RefuseWhomPamRefusesAndSayWhy) {
  connect(deny);
  EXPECT_EQ(hear(), "1001\x1e");
  say("4002\x1e"
      "alice\x1ehidden-word");
  EXPECT_EQ(hear(), "closed");
  hang_up();
  const std::string messages = lab_.console_messages();
  EXPECT_THAT(messages, HasSubstr("Security violation: Unable to authenticate console \"users\" at users:"));
  EXPECT_THAT(messages, Not(HasSubstr("hidden-word")));
}

TEST_F(PamConsoles, RefuseAUserWithoutAResource) {
  connect(permit);
  hear();
  say("4002\x1e"
      "mallory\x1ehidden-word");
  EXPECT_EQ(hear(), "closed");
  hang_up();
  EXPECT_THAT(lab_.console_messages(), HasSubstr("there is no User resource of that name"));
}

TEST_F(PamConsoles, AskStepByStepWhoWantsIt) {
  connect(by_password);
  EXPECT_EQ(hear(), "1001\x1e");
  say("4001\x1e");
  EXPECT_EQ(hear(), "\x02");
  EXPECT_EQ(hear(), std::string("login:\0", 7));
  say("nobody");
  EXPECT_EQ(hear(), "\x01");
  EXPECT_THAT(hear(), StartsWith("Password:"));
  say("hidden-word");
  EXPECT_EQ(hear(), "closed");
}

TEST_F(PamConsoles, RefuseConsolesThatKnowNoPam) {
  connect(permit, 1702);
  EXPECT_EQ(hear(), "closed");
}

TEST_F(PamConsoles, RefuseNonsense) {
  for (const char* nonsense : {"", "4002", "4002\x1e",
                               "4002\x1e"
                               "alice",
                               "hello", "4001"}) {
    connect(permit);
    EXPECT_EQ(hear(), "1001\x1e");
    say(nonsense);
    EXPECT_EQ(hear(), "closed") << nonsense;
    hang_up();
  }
}

TEST_F(PamConsoles, AreClosedAfterTooManyFailures) {
  for (std::size_t i = 0; i < LoginLimit::most_failures; ++i) {
    connect(deny);
    hear();
    say("4002\x1e"
        "alice\x1ex");
    EXPECT_EQ(hear(), "closed");
    hang_up();
  }
  connect(permit);
  EXPECT_EQ(hear(), "closed");
  hang_up();
  EXPECT_THAT(lab_.console_messages(), HasSubstr("too many logins"));
}

}  // namespace
}  // namespace holdfast::director

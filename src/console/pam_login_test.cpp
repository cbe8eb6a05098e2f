// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/pam_login.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::console {
namespace {

/// A Director that has said all of these beforehand.
struct PamDirector {
  explicit PamDirector(const std::vector<std::string>& says) {
    auto [ours, theirs] = transport::memory_pair();
    connected.channel = std::make_unique<transport::Channel>(std::move(ours));
    director = std::make_unique<transport::Channel>(std::move(theirs));
    for (const auto& packet : says) director->send(packet);
    director->send(wire::Signal::terminate);
    director->flush();
  }
  std::string heard() {
    const auto received = director->receive();
    const auto* packet = std::get_if<transport::Packet>(&received);
    return packet ? std::string(packet->text()) : "";
  }
  transport::Connected connected;
  std::unique_ptr<transport::Channel> director;
};

std::string no_dialogue(PamStyle, const std::string&) {
  throw Error(ErrorKind::invalid, "nobody was to be asked");
}

TEST(PamLogin, SendsUserAndPassword) {
  PamDirector director(
      {"1000\x1eOK: dir Version: 25.1.0 (03 August 2026)", "1002\x1e\nYou are logged in as: anna"});
  log_in_by_pam(director.connected, PamCredentials{"anna", "secret"}, no_dialogue);
  EXPECT_EQ(director.heard(),
            "4002\x1e"
            "anna\x1e"
            "secret");
  EXPECT_EQ(director.connected.greeting_code, 1000);
  EXPECT_EQ(director.connected.greeting, "OK: dir Version: 25.1.0 (03 August 2026)");
  EXPECT_EQ(director.connected.welcome, "\nYou are logged in as: anna");
}

TEST(PamLogin, AsksTheUserWhatTheDirectorAsks) {
  PamDirector director({"\x02", "login: ", "\x01", "Password: ", std::string(1, '\0'), std::string(1, '\0'),
                        "1000\x1eOK: dir", "1002\x1ehello"});
  std::string asked;
  log_in_by_pam(director.connected, std::nullopt,
                [&](PamStyle style, const std::string& text) -> std::string {
                  asked += text;
                  return style == PamStyle::ask_hidden ? "secret" : "anna";
                });
  EXPECT_EQ(asked, "login: Password: ");
  EXPECT_EQ(director.heard(), "4001\x1e");
  EXPECT_EQ(director.heard(), "anna");
  EXPECT_EQ(director.heard(), "secret");
}

TEST(PamLogin, FailsWhereTheDirectorHangsUpOrRefuses) {
  for (const std::vector<std::string>& says : {std::vector<std::string>{}, {"1999 no"}, {"\x01"}}) {
    PamDirector director(says);
    EXPECT_THROW(log_in_by_pam(director.connected, PamCredentials{"a", "b"},
                               [](PamStyle, const std::string&) { return std::string(); }),
                 Error);
  }
}

TEST(PamLogin, ReadsCredentialsFromTwoLines) {
  const std::string path = testing::TempDir() + "pam_credentials";
  std::ofstream(path) << "anna\nse cret\n";
  const PamCredentials credentials = read_pam_credentials(path);
  EXPECT_EQ(credentials.user, "anna");
  EXPECT_EQ(credentials.password, "se cret");
  std::ofstream(path, std::ios::trunc) << "anna";
  EXPECT_THROW(read_pam_credentials(path), Error);
}

}  // namespace
}  // namespace holdfast::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/daemon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "testing/base/manual_clock.h"
#include "testing/tree/memory_tree.h"
#include "transport/connect.h"
#include "wire/client_to_storage.h"

namespace holdfast::client {
namespace {

using transport::Conversation;
using transport::Packet;

constexpr const char* key = "5ebe2294ecd0e0f08eab7690d2a6ee69";
constexpr const char* job = "mini.2026-11-22_21.51.04_03";
constexpr const char* job_key = "AABA-CADA-EAFA-GAHA-IAJA-KALA-MANA-OAPA";

std::shared_ptr<config::FileDaemonConfiguration> configuration() {
  auto made = std::make_shared<config::FileDaemonConfiguration>();
  made->clients.emplace_back().name = "lab-fd";
  auto& director = made->directors.emplace_back();
  director.name = "lab-dir";
  director.password = {config::Password::Kind::md5, key};
  return made;
}

transport::Server::Report ignore_errors() {
  return [](const std::string&, const Error&) {};
}

/// A File Daemon on a port of its own, with TLS.
struct ListeningDaemon {
  std::shared_ptr<config::FileDaemonConfiguration> settings = configuration();
  tree::MemoryTree files;
  testing_support::ManualClock clock;
  Daemon daemon{{settings, files, [](const std::string&) { return std::make_unique<tree::MemoryTree>(); },
                 clock, false, ignore_errors()}};
  transport::Server server{
      {{"127.0.0.1", 0, os::Family::ipv4}},
      [this] { return daemon.accept_settings(); },
      [this](transport::Peer peer, std::stop_token stop) { daemon.serve(std::move(peer), std::move(stop)); },
      ignore_errors()};

  std::unique_ptr<transport::Channel> connect(Conversation conversation, const std::string& name,
                                              const std::string& with_key) {
    transport::Introduction who;
    who.conversation = conversation;
    who.name = name;
    who.job = job;
    who.key = with_key;
    who.first = transport::FirstBytes::tls;
    who.tls = std::make_shared<crypto::TlsContext>(crypto::TlsSettings());
    who.host = "127.0.0.1";
    who.times.failure_pause = std::chrono::milliseconds(1);
    transport::Reach reach;
    reach.port = server.addresses().front().port();
    return transport::connect(who, reach, {}).channel;
  }
};

std::string next_text(transport::Channel& channel) {
  const auto received = channel.receive();
  const auto* packet = std::get_if<Packet>(&received);
  return packet != nullptr ? std::string(packet->text()) : std::string();
}

TEST(Daemon, ADirectorIsServedOverTls) {
  ListeningDaemon client;
  const auto director = client.connect(Conversation::director, "lab-dir", key);
  director->send(".status current");
  EXPECT_EQ(next_text(*director), "2000 OK .status\n");
}

TEST(Daemon, AnUnknownDirectorIsRefused) {
  ListeningDaemon client;
  EXPECT_THROW(client.connect(Conversation::director, "another-dir", key), Error);
}

TEST(Daemon, AStorageDaemonThatConnectsGetsTheDataOfItsJobOnly) {
  ListeningDaemon client;
  client.files.put("/data/a", "1");
  EXPECT_THROW(client.connect(Conversation::job_from_storage, "lab-sd", job_key), Error);
  const auto director = client.connect(Conversation::director, "lab-dir", key);
  director->send(fmt::format("JobId=1 Job={} SDid=1 SDtime=1 Authorization={} ssl=4\n", job, job_key));
  EXPECT_THAT(next_text(*director), testing::StartsWith("2000 OK Job"));
  EXPECT_THROW(client.connect(Conversation::job_from_storage, "lab-sd", "wrong"), Error);
  const auto storage = client.connect(Conversation::job_from_storage, "lab-sd", job_key);
  director->send("backup FileIndex=0\n");
  director->flush();
  EXPECT_EQ(next_text(*storage), wire::append_open);
}

/// A client that keeps a connection to a Director, who does with each what the test says.
class StandingWorld {
 public:
  explicit StandingWorld(transport::Server::Handler handler)
      : director_(
            {{"127.0.0.1", 0, os::Family::ipv4}}, [this] { return accepting_; }, std::move(handler),
            ignore_errors()) {
    auto& resource = client_.settings->directors.front();
    resource.address = "127.0.0.1";
    resource.port = director_.addresses().front().port();
    connecting_ = std::jthread([this](const std::stop_token& stop) { stand(stop); });
  }

 private:
  static std::shared_ptr<const transport::AcceptSettings> accepting() {
    transport::AcceptSettings accepting;
    accepting.role = transport::Role::director;
    accepting.name = "lab-dir";
    accepting.tls = std::make_shared<crypto::TlsContext>(crypto::TlsSettings());
    accepting.find_peer = [](Conversation conversation, std::string_view name) {
      const bool known = conversation == Conversation::client && name == "lab-fd";
      return known ? std::optional(transport::KnownPeer{.key = key}) : std::nullopt;
    };
    return std::make_shared<const transport::AcceptSettings>(accepting);
  }
  void stand(const std::stop_token& stop) {
    const StandingConnection standing{
        client_.settings->directors.front(),
        client_.settings->client(),
        accepting_->tls,
        [&](std::unique_ptr<transport::Channel> channel, std::stop_token ending) {
          client_.daemon.serve({Conversation::director, "lab-dir", 0, 0, std::move(channel)},
                               std::move(ending));
        },
        [](const Error&) {},
        std::chrono::minutes(1),
        std::chrono::milliseconds(1)};
    standing.run(stop);
  }

  ListeningDaemon client_;
  std::shared_ptr<const transport::AcceptSettings> accepting_ = accepting();
  transport::Server director_;
  std::jthread connecting_;
};

TEST(StandingConnection, ServesTheDirectorAsSoonAsItSpeaks) {
  std::promise<std::string> answer;
  std::atomic<bool> first = true;
  StandingWorld world([&](const transport::Peer& peer, const std::stop_token&) {
    if (!first.exchange(false)) return;
    peer.channel->send(".status current");
    answer.set_value(next_text(*peer.channel));
  });
  EXPECT_EQ(answer.get_future().get(), "2000 OK .status\n");
}

TEST(StandingConnection, IsReplacedWhereItIsLost) {
  std::promise<void> came_again;
  std::atomic<int> times = 0;
  StandingWorld world([&](const transport::Peer& peer, const std::stop_token&) {
    switch (++times) {
      case 1: return;                            // hung up
      case 2: return peer.channel->interrupt();  // broken off
      case 3: return came_again.set_value();
      default: return;
    }
  });
  came_again.get_future().get();
}

}  // namespace
}  // namespace holdfast::client

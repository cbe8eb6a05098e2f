// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/server.h"

#include <filesystem>
#include <latch>
#include <thread>

#include "base/guarded.h"
#include "testing/base/thrown.h"
#include "testing/transport/handshake_world.h"
#include "transport/authentication.h"
#include "transport/tcp_stream.h"

namespace holdfast::transport {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A server that answers each packet by the same, and what it reported.
struct EchoServer {
  explicit EchoServer(ServerLimits limits = {}, Server::Handler handler = echo)
      : server(
            {{"127.0.0.1", 0, os::Family::ipv4}},
            [settings = std::make_shared<const AcceptSettings>(world.accept_settings())] { return settings; },
            std::move(handler), [this](const std::string&, const Error& error) { report(error); }, limits) {
    world.who.host = "127.0.0.1";
  }

  static void echo(Peer peer, std::stop_token stop) {
    const std::stop_callback wake(stop, [&] { peer.channel->interrupt(); });
    while (!peer.channel->is_dead()) {
      const Received received = peer.channel->receive();
      if (const auto* packet = std::get_if<Packet>(&received)) peer.channel->send(packet->bytes);
    }
  }

  void report(const Error& error) {
    reports.with([&](auto& all) { all.push_back(error.message()); });
  }

  /// Waits until so many connections were reported to have failed.
  std::vector<std::string> reported(std::size_t count) {
    std::vector<std::string> seen;
    reports.wait(
        {}, [&](auto& all) { return all.size() >= count; }, [&](auto& all) { seen = all; });
    return seen;
  }

  Reach reach() const {
    Reach there;
    there.port = server.addresses().front().port();
    return there;
  }

  Connected connect_to() const { return connect(world.who, reach(), {}); }

  /// A connection that says nothing.
  std::unique_ptr<ByteStream> connect_silently() const {
    const os::StopEvent never{std::stop_token()};
    return tcp_stream(os::connect("127.0.0.1", reach().port, {}, never));
  }

  World world{Conversation::director};
  Guarded<std::vector<std::string>> reports;
  Server server;
};

std::string ask(Connected& connected, std::string_view text) {
  connected.channel->send(text);
  return receive_text(*connected.channel, "an echo");
}

std::size_t open_descriptors() {
  const auto all = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(Server, HandsAuthenticatedPeersToTheHandler) {
  EchoServer echo;
  Connected first = echo.connect_to();
  Connected second = echo.connect_to();
  EXPECT_EQ(ask(first, "one"), "one");
  EXPECT_EQ(ask(second, "two"), "two");
}

TEST(Server, EndsConversationsAndHandshakesWhenItStops) {
  auto echo = std::make_unique<EchoServer>();
  Connected talking = echo->connect_to();
  EXPECT_EQ(ask(talking, "one"), "one");
  const auto silent = echo->connect_silently();
  echo.reset();
  EXPECT_NE(testing_support::thrown_kind([&] { ask(talking, "two"); }), std::nullopt);
}

TEST(Server, ReportsWhoFailedToAuthenticate) {
  EchoServer echo;
  echo.world.who.key = "wrong";
  EXPECT_NE(testing_support::thrown_kind([&] { echo.connect_to(); }), std::nullopt);
  EXPECT_THAT(echo.reported(1), ElementsAre(HasSubstr("TLS negotiation failed")));
}

TEST(Server, GoesOnAfterAHandlerThatThrows) {
  EchoServer echo({}, [](Peer peer, std::stop_token) {
    receive_text(*peer.channel, "a command");
    throw std::runtime_error("the handler is broken");
  });
  for (int i = 0; i < 2; ++i) {
    Connected connected = echo.connect_to();
    EXPECT_NE(testing_support::thrown_kind([&] { ask(connected, "crash"); }), std::nullopt);
  }
  EXPECT_THAT(echo.reported(2), testing::Each("the handler is broken"));
}

TEST(Server, GivesUpTheOldestHandshakeForANewOne) {
  EchoServer echo({.unauthenticated = 2, .connections = 10});
  const auto oldest = echo.connect_silently();
  const auto second = echo.connect_silently();
  Connected third = echo.connect_to();
  EXPECT_EQ(ask(third, "let in"), "let in");
  Buffer into(10);
  EXPECT_EQ(oldest->read(into), 0U);
  EXPECT_THAT(echo.reported(1), ElementsAre(HasSubstr("interrupted")));
}

TEST(Server, CountsAuthenticatedPeersApart) {
  EchoServer echo({.unauthenticated = 1, .connections = 10});
  std::vector<Connected> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(echo.connect_to());
    EXPECT_EQ(ask(all.back(), "still here"), "still here");
  }
}

TEST(Server, TerminatesOnePeerTooMany) {
  EchoServer echo({.unauthenticated = 10, .connections = 2});
  Connected one = echo.connect_to();
  Connected two = echo.connect_to();
  EXPECT_EQ(ask(one, "still here") + ask(two, "still here"), "still herestill here");
  Connected three = echo.connect_to();
  EXPECT_EQ(std::get<wire::Signal>(three.channel->receive()), wire::Signal::terminate);
  three.channel->close();
  EXPECT_THAT(echo.reported(1), ElementsAre(HasSubstr("one connection more than the 2 allowed")));
}

TEST(Server, LetsTheHandlerGiveTheChannelAway) {
  Guarded<std::unique_ptr<Channel>> kept;
  EchoServer echo({}, [&](Peer peer, std::stop_token) {
    kept.with([&](auto& channel) { channel = std::move(peer.channel); });
  });
  Connected connected = echo.connect_to();
  std::unique_ptr<Channel> channel;
  kept.wait(
      {}, [](auto& there) { return there != nullptr; }, [&](auto& there) { channel = std::move(there); });
  connected.channel->send("later");
  connected.channel->flush();
  EXPECT_EQ(receive_text(*channel, "what was sent"), "later");
}

TEST(Server, LeaksNoDescriptors) {
  const std::size_t before = open_descriptors();
  {
    EchoServer echo;
    for (int i = 0; i < 20; ++i) {
      Connected connected = echo.connect_to();
      EXPECT_EQ(ask(connected, "one"), "one");
      echo.connect_silently()->write(as_bytes("garbage that is long enough"));
      Introduction wrong = echo.world.who;
      wrong.key = "wrong";
      EXPECT_NE(testing_support::thrown_kind([&] { connect(wrong, echo.reach(), {}); }), std::nullopt);
    }
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace holdfast::transport

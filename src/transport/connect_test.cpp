// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/connect.h"

#include <thread>

#include "os/socket.h"
#include "testing/base/thrown.h"
#include "testing/transport/handshake_world.h"
#include "transport/tcp_stream.h"

namespace holdfast::transport {
namespace {

using testing_support::thrown_kind;

Reach quick(std::uint16_t port) {
  Reach reach;
  reach.port = port;
  reach.retry_every = std::chrono::milliseconds(1);
  reach.give_up_after = std::chrono::milliseconds(20);
  return reach;
}

/// A daemon that accepts so many connections, one after the other, and hangs up on the first few unheard.
struct Daemon {
  explicit Daemon(AcceptSettings settings, int hang_ups = 0)
      : thread([this, settings = std::move(settings), hang_ups] {
          for (int i = 0; auto socket = listener.accept(stop); ++i) {
            if (i < hang_ups) continue;
            try {
              peers.push_back(accept(tcp_stream(std::move(*socket)), settings, stop.token()));
            } catch (const Error&) {
              continue;
            }
          }
        }) {}
  ~Daemon() { stopping.request_stop(); }

  std::uint16_t port() const { return port_; }

  std::stop_source stopping;
  os::StopEvent stop{stopping.get_token()};
  os::Listener listener{{{"127.0.0.1", 0, os::Family::ipv4}}};
  std::uint16_t port_ = listener.addresses().front().port();
  std::vector<Peer> peers;
  std::jthread thread;
};

World local(Conversation conversation, TlsPolicy connecting, TlsPolicy accepting) {
  World world(conversation, connecting, accepting);
  world.who.host = "127.0.0.1";
  return world;
}

std::uint16_t unused_port() {
  return os::Listener({{"127.0.0.1", 0, os::Family::ipv4}}).addresses().front().port();
}

TEST(Connect, GoesThroughTheHandshakeOverTcp) {
  const World world = local(Conversation::director, TlsPolicy::required, TlsPolicy::required);
  Daemon daemon(world.accept_settings());
  const Connected connected = connect(world.who, quick(daemon.port()), {});
  EXPECT_EQ(connected.greeting, "2000 OK Hello 54");
  EXPECT_EQ(connected.first, FirstBytes::tls);
}

TEST(Connect, GivesUpWhereNobodyListens) {
  const World world = local(Conversation::director, TlsPolicy::required, TlsPolicy::required);
  EXPECT_EQ(thrown_kind([&] { connect(world.who, quick(unused_port()), {}); }), ErrorKind::network);
}

TEST(Connect, RetriesUntilItIsCancelled) {
  const World world = local(Conversation::director, TlsPolicy::required, TlsPolicy::required);
  Reach patient = quick(unused_port());
  patient.retry_every = std::chrono::hours(1);
  patient.give_up_after = std::chrono::hours(2);
  std::stop_source stopping;
  std::string told;
  patient.on_retry = [&](const Error& why) {
    told = why.message();
    stopping.request_stop();
  };
  EXPECT_EQ(thrown_kind([&] { connect(world.who, patient, stopping.get_token()); }), ErrorKind::cancelled);
  EXPECT_NE(told, "");
}

TEST(Connect, DirectorFallsBackToCleartextWhereItsPolicyAllows) {
  World world = local(Conversation::director, TlsPolicy::allowed, TlsPolicy::none);
  world.who.fallback = Fallback::cleartext;
  Daemon daemon(world.accept_settings(), /*hang_ups=*/1);
  EXPECT_EQ(connect(world.who, quick(daemon.port()), {}).first, FirstBytes::cleartext);
}

TEST(Connect, TriesFirstWhatWorkedLastTime) {
  World world = local(Conversation::director, TlsPolicy::allowed, TlsPolicy::none);
  world.who.fallback = Fallback::cleartext;
  world.who.first = FirstBytes::cleartext;
  Daemon daemon(world.accept_settings());
  EXPECT_EQ(connect(world.who, quick(daemon.port()), {}).first, FirstBytes::cleartext);
}

TEST(Connect, ComesBackToTlsWhereCleartextIsRefused) {
  World world = local(Conversation::director, TlsPolicy::allowed, TlsPolicy::required);
  world.who.fallback = Fallback::cleartext;
  world.who.first = FirstBytes::cleartext;
  Daemon daemon(world.accept_settings());
  EXPECT_EQ(connect(world.who, quick(daemon.port()), {}).first, FirstBytes::tls);
}

TEST(Connect, NeverFallsBackWhereTlsIsRequired) {
  World world = local(Conversation::director, TlsPolicy::required, TlsPolicy::none);
  world.who.fallback = Fallback::cleartext;
  Daemon daemon(world.accept_settings(), /*hang_ups=*/1);
  EXPECT_EQ(thrown_kind([&] { connect(world.who, quick(daemon.port()), {}); }), ErrorKind::network);
}

TEST(Connect, NobodyElseFallsBack) {
  const World world = local(Conversation::director, TlsPolicy::allowed, TlsPolicy::none);
  Daemon daemon(world.accept_settings(), /*hang_ups=*/1);
  EXPECT_EQ(thrown_kind([&] { connect(world.who, quick(daemon.port()), {}); }), ErrorKind::network);
}

}  // namespace
}  // namespace holdfast::transport

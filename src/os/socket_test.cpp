// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/socket.h"

#include <thread>

#include "os/wait.h"
#include "testing/base/thrown.h"

namespace holdfast::os {
namespace {

using std::chrono::milliseconds;
using testing_support::thrown_kind;
using testing_support::thrown_message;

struct Loopback {
  std::stop_source stopping;
  StopEvent stop{stopping.get_token()};
  Listener listener{{{"127.0.0.1", 0, Family::any}}};
  std::uint16_t port = listener.addresses().front().port();

  std::pair<Socket, Socket> connected() {
    Socket ours = connect("127.0.0.1", port, {}, stop);
    auto theirs = listener.accept(stop);
    return {std::move(ours), std::move(*theirs)};
  }
};

std::string receive_text(Socket& socket) {
  Buffer into(100);
  const auto count = socket.receive(into, milliseconds(0));
  return std::string(as_text(Bytes(into).first(count.value())));
}

TEST(Socket, CarriesBytesInBothDirections) {
  Loopback loopback;
  auto [ours, theirs] = loopback.connected();
  ours.send(as_bytes("question"), milliseconds(0));
  EXPECT_EQ(receive_text(theirs), "question");
  theirs.send(as_bytes("answer"), milliseconds(0));
  EXPECT_EQ(receive_text(ours), "answer");
}

TEST(Socket, TellsTheEndOfTheStream) {
  Loopback loopback;
  auto [ours, theirs] = loopback.connected();
  ours.shutdown_sending();
  Buffer into(10);
  EXPECT_EQ(theirs.receive(into, milliseconds(0)), 0U);
}

TEST(Socket, ComesBackWithNothingWhenTheLimitHasPassed) {
  Loopback loopback;
  auto [ours, theirs] = loopback.connected();
  Buffer into(10);
  EXPECT_EQ(theirs.receive(into, milliseconds(1)), std::nullopt);
}

TEST(Socket, SendsNothingMoreWhenThePeerDoesNotRead) {
  Loopback loopback;
  auto [ours, theirs] = loopback.connected();
  const Buffer data(1 << 20);
  std::size_t sent = 0;
  while (const auto count = ours.send(data, milliseconds(1))) sent += *count;
  EXPECT_GT(sent, 0U);
}

TEST(Socket, ShutdownWakesABlockedReader) {
  Loopback loopback;
  auto [ours, theirs] = loopback.connected();
  std::jthread closer([&socket = theirs] { socket.shutdown(); });
  Buffer into(10);
  EXPECT_EQ(theirs.receive(into, milliseconds(0)), 0U);
}

TEST(Socket, KeepaliveIntervalsMayBeSetToAnything) {
  Loopback loopback;
  auto [ours, theirs] = loopback.connected();
  for (const int idle : {-1, 0, 60, 1'000'000'000})
    EXPECT_NO_THROW(ours.set_keepalive(std::chrono::seconds(idle)));
}

TEST(Connect, IsRefusedWhereNobodyListens) {
  std::uint16_t port = 0;
  { port = Loopback().port; }
  const StopEvent stop{std::stop_token()};
  EXPECT_EQ(thrown_kind([&] { connect("127.0.0.1", port, {}, stop); }), ErrorKind::network);
}

TEST(Connect, DoesNotKnowEveryHost) {
  const StopEvent stop{std::stop_token()};
  EXPECT_EQ(thrown_kind([&] { connect("no such host", 1, {}, stop); }), ErrorKind::not_found);
}

TEST(Connect, UsesTheSourceAddressAskedFor) {
  Loopback loopback;
  ConnectOptions options;
  options.source = resolve("127.0.0.2", 0).front();
  const Socket ours = connect("127.0.0.1", loopback.port, options, loopback.stop);
  EXPECT_EQ(loopback.listener.accept(loopback.stop)->peer().host(), "127.0.0.2");
}

TEST(Listener, ListensOnSeveralAddresses) {
  const Listener listener({{"127.0.0.1", 0, Family::ipv4}, {"127.0.0.2", 0, Family::ipv4}});
  ASSERT_EQ(listener.addresses().size(), 2U);
  EXPECT_EQ(listener.addresses()[1].host(), "127.0.0.2");
}

TEST(Listener, StopsWaitingWhenAsked) {
  Loopback loopback;
  std::jthread stopper([&] { loopback.stopping.request_stop(); });
  EXPECT_FALSE(loopback.listener.accept(loopback.stop).has_value());
}

TEST(Listener, SaysWhichAddressIsTaken) {
  const Loopback loopback;
  const auto again = [&] { Listener second({{"127.0.0.1", loopback.port, Family::any}}); };
  EXPECT_THAT(thrown_message(again), testing::HasSubstr(fmt::format("127.0.0.1:{}", loopback.port)));
}

TEST(PauseFor, EndsEarlyOnAStop) {
  std::stop_source stopping;
  const StopEvent stop(stopping.get_token());
  EXPECT_TRUE(pause_for(milliseconds(1), stop));
  stopping.request_stop();
  EXPECT_FALSE(pause_for(std::chrono::hours(1), stop));
}

TEST(SocketAddress, PutsBracketsAroundIpv6) {
  EXPECT_EQ(resolve("::1", 9102).front().text(), "[::1]:9102");
  EXPECT_EQ(resolve("10.1.2.3", 9102).front().text(), "10.1.2.3:9102");
}

}  // namespace
}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/accept.h"

#include <thread>

#include "testing/base/thrown.h"
#include "testing/transport/framed.h"
#include "testing/transport/handshake_world.h"
#include "transport/authentication.h"

namespace holdfast::transport {
namespace {

using testing_support::thrown_kind;

/// What accepting says of a peer that sends these bytes and then nothing.
std::optional<ErrorKind> kind_for(const std::string& bytes, Role role = Role::storage,
                                  std::chrono::milliseconds patience = std::chrono::seconds(30)) {
  World world(Conversation::job_from_client, TlsPolicy::none, TlsPolicy::none);
  world.settings.role = role;
  world.settings.times.first_bytes = patience;
  world.settings.times.answer = patience;
  auto [ours, theirs] = memory_pair();
  ours->write(as_bytes(bytes));
  return thrown_kind([&] { accept(std::move(theirs), world.accept_settings(), {}); });
}

TEST(Accept, HasADeadlineForEveryWayToFallSilent) {
  const std::string hello = framed("Hello Start Job job.2026-11-22_21.51.40_18\n");
  for (std::size_t size = 0; size < hello.size(); ++size) {
    EXPECT_EQ(kind_for(hello.substr(0, size), Role::storage, std::chrono::milliseconds(2)),
              ErrorKind::timeout)
        << size;
  }
}

TEST(Accept, RefusesTooLongALengthAtOnce) {
  EXPECT_EQ(kind_for("\x7f\xff\xff\xffHello Director x calling\n"), ErrorKind::invalid);
}

TEST(Accept, RefusesGarbage) {
  EXPECT_EQ(kind_for("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), ErrorKind::refused);
  EXPECT_EQ(kind_for(std::string(1000, '\0')), ErrorKind::refused);
  EXPECT_EQ(kind_for(framed("Hello 7890123456789012345")), ErrorKind::invalid);
}

TEST(Accept, RefusesAHelloOfTheWrongLength) {
  EXPECT_EQ(kind_for(framed("Hello Director x")), ErrorKind::invalid);
  EXPECT_EQ(kind_for(framed("Hello Start Job " + std::string(240, 'x'))), ErrorKind::invalid);
}

TEST(Accept, RefusesAHelloForAnotherProgram) {
  EXPECT_EQ(kind_for(framed("Hello *UserAgent* calling version 25.1.0\n")), ErrorKind::invalid);
  EXPECT_EQ(kind_for(framed("Hello Start Job abcdefgh\n"), Role::client), ErrorKind::invalid);
}

TEST(Accept, RefusesAHelloWithoutName) {
  EXPECT_EQ(kind_for(framed("Hello Director  calling\n\n\n")), ErrorKind::invalid);
}

/// Accepts on a thread while the test plays the peer in cleartext, as somebody who knows the key.
std::string reply_to(const std::string& hello, const World& world) {
  auto [ours, theirs] = memory_pair();
  std::jthread accepting(
      [&, stream = std::move(theirs)]() mutable { accept(std::move(stream), world.accept_settings(), {}); });
  Channel peer(std::move(ours));
  peer.send(hello);
  authenticate_connecting(peer, {World::key, "R_CONSOLE::*UserAgent*", TlsPolicy::none});
  return receive_text(peer, "the reply");
}

TEST(Accept, AdmitsOldConsolesInCleartextWhereTlsIsOnlyAllowed) {
  const World world(Conversation::console, TlsPolicy::none, TlsPolicy::allowed);
  for (const std::string version : {"", " version 17.2.4"}) {
    EXPECT_EQ(reply_to("Hello *UserAgent* calling" + version + "\n", world),
              "1000 OK: bareos-dir Version: 25.1.0 (03 August 2026) --  Encryption: None\n");
  }
}

TEST(Accept, IsCancelledByAStop) {
  World world(Conversation::director);
  std::stop_source stopping;
  auto [ours, theirs] = memory_pair();
  std::optional<ErrorKind> kind;
  std::jthread accepting([&, stream = std::move(theirs)]() mutable {
    kind = thrown_kind([&] { accept(std::move(stream), world.accept_settings(), stopping.get_token()); });
  });
  stopping.request_stop();
  accepting.join();
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST(Introduce, IsCancelledByAStop) {
  World world(Conversation::director);
  std::stop_source stopping;
  auto [ours, theirs] = memory_pair();
  std::optional<ErrorKind> kind;
  std::jthread connecting([&, stream = std::move(ours)]() mutable {
    kind = thrown_kind([&] { introduce(std::move(stream), world.who, stopping.get_token()); });
  });
  stopping.request_stop();
  connecting.join();
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST(Introduce, HasADeadlineForSilence) {
  for (const TlsPolicy policy : {TlsPolicy::none, TlsPolicy::required}) {
    World world(Conversation::director, policy);
    world.who.times.answer = std::chrono::milliseconds(5);
    auto [ours, theirs] = memory_pair();
    EXPECT_EQ(thrown_kind([&] { introduce(std::move(ours), world.who, {}); }), ErrorKind::timeout);
  }
}

TEST(Introduce, DoesNotLetAPeerDripForEver) {
  World world(Conversation::director, TlsPolicy::none);
  world.who.times.whole = std::chrono::milliseconds(20);
  auto [ours, theirs] = memory_pair();
  std::jthread dripping([stream = std::move(theirs)](std::stop_token stop) {
    try {
      while (!stop.stop_requested()) stream->write(as_bytes("\xff\xff\xff\xfa"));  // heartbeats
    } catch (const Error&) {
      return;  // it hung up
    }
  });
  EXPECT_EQ(thrown_kind([&] { introduce(std::move(ours), world.who, {}); }), ErrorKind::timeout);
}

}  // namespace
}  // namespace holdfast::transport

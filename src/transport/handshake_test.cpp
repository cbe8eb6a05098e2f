// SPDX-License-Identifier: AGPL-3.0-or-later
#include <thread>

#include "testing/base/thrown.h"
#include "testing/crypto/test_certificates.h"
#include "testing/transport/faulty_stream.h"
#include "testing/transport/handshake_world.h"
#include "testing/transport/tcp_pair.h"
#include "transport/authentication.h"
#include "transport/tls_stream.h"

namespace holdfast::transport {
namespace {

using crypto::TlsContext;
using crypto::TlsSettings;
using testing::HasSubstr;

// Names that World uses.
constexpr const char* key = World::key;
constexpr const char* job = World::job;

void expect_talk(Outcome& outcome) {
  ASSERT_TRUE(outcome.peer) << (outcome.accept_error ? outcome.accept_error->message() : "");
  ASSERT_TRUE(outcome.connected) << (outcome.connect_error ? outcome.connect_error->message() : "");
  outcome.connected->channel->send("now we talk");
  outcome.connected->channel->flush();
  EXPECT_EQ(receive_text(*outcome.peer->channel, "talk"), "now we talk");
}

void expect_refused(const Outcome& outcome, const std::string& why) {
  EXPECT_FALSE(outcome.peer || outcome.connected);
  ASSERT_TRUE(outcome.accept_error && outcome.connect_error);
  EXPECT_THAT(outcome.accept_error->message(), HasSubstr(why));
}

TEST(Handshake, OpensEveryConversationWithAndWithoutTls) {
  for (const auto& pair : World::pairs) {
    for (const TlsPolicy policy : {TlsPolicy::none, TlsPolicy::allowed, TlsPolicy::required}) {
      World world(pair.conversation, policy, policy);
      Outcome outcome = world.shake();
      expect_talk(outcome);
      ASSERT_TRUE(outcome.peer);
      EXPECT_EQ(outcome.peer->conversation, pair.conversation);
      EXPECT_EQ(outcome.peer->name, is_job(pair.conversation) ? job : pair.connects);
      const std::string encryption = outcome.connected->channel->stream().encryption();
      EXPECT_TRUE(policy == TlsPolicy::none ? encryption == "None" : encryption.ends_with("_SHA256 TLSv1.3"))
          << encryption;
    }
  }
}

TEST(Handshake, GreetsConsoles) {
  const Outcome outcome = World(Conversation::console).shake();
  ASSERT_TRUE(outcome.connected && outcome.peer);
  EXPECT_EQ(outcome.connected->greeting_code, 1000);
  EXPECT_EQ(outcome.connected->greeting, "OK: bareos-dir Version: 25.1.0 (03 August 2026)");
  EXPECT_THAT(outcome.connected->welcome, testing::EndsWith("\nYou are connected using the default console"));
  EXPECT_EQ(outcome.peer->console_version, 2501);
}

TEST(Handshake, GreetsNamedConsolesByTheirName) {
  World world(Conversation::console);
  world.who.name = "an operator";
  world.know(Conversation::console, "an operator", TlsPolicy::required);
  const Outcome outcome = world.shake();
  ASSERT_TRUE(outcome.connected);
  EXPECT_THAT(outcome.connected->welcome, testing::EndsWith("\nYou are logged in as: an operator"));
}

TEST(Handshake, TellsDirectorsAndClientsTheProtocolOfEachOther) {
  EXPECT_EQ(World(Conversation::director).shake().connected->protocol_version, 54);
  EXPECT_EQ(World(Conversation::director).shake().connected->peer, Role::client);
  EXPECT_EQ(World(Conversation::client).shake().peer->protocol_version, 54);
}

TEST(Handshake, StorageDaemonsReplyInTheirOwnWords) {
  World world(Conversation::director);
  world.settings.role = Role::storage;
  const Outcome outcome = world.shake();
  ASSERT_TRUE(outcome.connected);
  EXPECT_EQ(outcome.connected->greeting, "3000 OK Hello");
  EXPECT_EQ(outcome.connected->peer, Role::storage);
}

TEST(Handshake, LeavesTheReplyToTheHandlerWhereAskedTo) {
  World world(Conversation::console);
  world.known.add(Conversation::console, "*UserAgent*",
                  {key, TlsPolicy::required, TlsPolicy::required, KnownPeer::Reply::by_handler});
  auto [ours, theirs] = memory_pair();
  std::jthread accepting([&, stream = std::move(theirs)]() mutable {
    Peer peer = accept(std::move(stream), world.accept_settings(), {});
    send_reply(peer, world.accept_settings(), "alice");
  });
  EXPECT_THAT(introduce(std::move(ours), world.who, {}).welcome, testing::EndsWith("logged in as: alice"));
}

// The matrix at the end of section 7.

struct Meeting {
  TlsPolicy connecting;
  TlsPolicy accepting;
  enum class End { clear, tls, refused } director;
  End client;
};

TEST(Handshake, PoliciesMeetAsTheChapterSays) {
  using enum TlsPolicy;
  using End = Meeting::End;
  const Meeting meetings[] = {
      {none, none, End::clear, End::clear},         {none, allowed, End::refused, End::clear},
      {none, required, End::refused, End::refused}, {allowed, none, End::tls, End::tls},
      {allowed, required, End::tls, End::tls},      {required, none, End::tls, End::tls},
      {required, allowed, End::tls, End::tls},
  };
  const auto end_of = [](const Outcome& outcome) {
    if (!outcome.connected || !outcome.peer) return End::refused;
    return outcome.peer->channel->stream().encryption() == "None" ? End::clear : End::tls;
  };
  for (const Meeting& meeting : meetings) {
    EXPECT_EQ(end_of(World(Conversation::director, meeting.connecting, meeting.accepting).shake()),
              meeting.director);
    EXPECT_EQ(end_of(World(Conversation::client, meeting.connecting, meeting.accepting).shake()),
              meeting.client);
  }
}

TEST(Handshake, RefusesCleartextOfANewConsoleUnlessTlsIsOff) {
  expect_refused(World(Conversation::console, TlsPolicy::none, TlsPolicy::allowed).shake(),
                 "came without TLS");
  Outcome outcome = World(Conversation::console, TlsPolicy::none, TlsPolicy::none).shake();
  expect_talk(outcome);
}

TEST(Handshake, TlsComesAfterTheChallengesWhereACleartextJobFindsBothWilling) {
  crypto::TestAuthority authority;
  World world(Conversation::job_from_client);
  world.who.first = FirstBytes::cleartext;
  world.settings.tls = std::make_shared<TlsContext>(authority.issue("sd"));
  world.known.add(Conversation::job_from_client, job, {key, TlsPolicy::required, TlsPolicy::none});
  Outcome outcome = world.shake();
  expect_talk(outcome);
  ASSERT_TRUE(outcome.peer);
  EXPECT_EQ(outcome.peer->channel->stream().encryption(), "TLS_AES_256_GCM_SHA384 TLSv1.3");
}

TEST(Handshake, PoliciesThatDoNotFitEndACleartextJob) {
  World world(Conversation::job_from_client, TlsPolicy::none);
  world.known.add(Conversation::job_from_client, job, {key, TlsPolicy::required, TlsPolicy::none});
  expect_refused(world.shake(), "TLS settings that do not go together");
}

// Keys, names and identities.

TEST(Handshake, RefusesAWrongKey) {
  for (const TlsPolicy policy : {TlsPolicy::none, TlsPolicy::required}) {
    for (const auto& pair : World::pairs) {
      World world(pair.conversation, policy, policy);
      world.who.key = "5ebe2294ecd0e0f08eab7690d2a6ee68";
      expect_refused(world.shake(),
                     policy == TlsPolicy::none ? "does not know the password" : "TLS negotiation failed");
    }
  }
}

TEST(Handshake, RefusesAWrongKeyThatCameInByCertificate) {
  crypto::TestAuthority authority;
  World world(Conversation::director);
  world.settings.tls = std::make_shared<TlsContext>(authority.issue("fd"));
  world.who.key = "5ebe2294ecd0e0f08eab7690d2a6ee68";
  expect_refused(world.shake(), "does not know the password");
}

TEST(Handshake, RefusesSomebodyUnknown) {
  for (const TlsPolicy policy : {TlsPolicy::none, TlsPolicy::required}) {
    World world(Conversation::director, policy, policy);
    world.who.name = "stranger";
    expect_refused(world.shake(), policy == TlsPolicy::none ? "is not known here" : "TLS negotiation failed");
  }
}

TEST(Handshake, TellsAnUnknownDirectorThatCameInByCertificate) {
  crypto::TestAuthority authority;
  World world(Conversation::director);
  world.settings.tls = std::make_shared<TlsContext>(authority.issue("fd"));
  world.who.name = "stranger";
  expect_refused(world.shake(), "\"stranger\", which is not known here");
}

TEST(Handshake, NobodyIsKnownWithoutAKey) {
  World world(Conversation::director, TlsPolicy::none, TlsPolicy::none);
  world.who.key = "";
  world.know(Conversation::director, world.who.name, TlsPolicy::none, "");
  expect_refused(world.shake(), "is not known here");
}

TEST(Handshake, TheNameInHelloMustBeTheIdentityInTls) {
  World world(Conversation::director);
  world.know(Conversation::director, "mallory", TlsPolicy::required, "0cc175b9c0f1b6a831c399e269772661");
  auto [ours, theirs] = memory_pair();
  std::string message;
  std::jthread accepting([&, stream = std::move(theirs)]() mutable {
    message =
        testing_support::thrown_message([&] { accept(std::move(stream), world.accept_settings(), {}); });
  });
  auto session = crypto::TlsSession::connecting(
      *world.who.tls, crypto::PreSharedKey{"R_DIRECTOR\x1emallory", "0cc175b9c0f1b6a831c399e269772661"});
  Channel channel(start_tls(std::move(ours), std::move(session), ""));
  channel.send(
      "Hello Director my\x01"
      "director calling\n");
  EXPECT_EQ(std::get<wire::Signal>(channel.receive()), wire::Signal::terminate);
  channel.close();
  accepting.join();
  EXPECT_THAT(message, HasSubstr("its TLS key is that of"));
}

TEST(Handshake, ACertificateAndItsHostNameAreChecked) {
  crypto::TestAuthority authority;
  World world(Conversation::job_from_client);
  world.settings.tls = std::make_shared<TlsContext>(authority.issue("sd", {"sd.example.org"}));
  TlsSettings verifying = authority.issue("fd");
  verifying.verify_peer = crypto::VerifyPeer::yes;
  world.who.tls = std::make_shared<TlsContext>(verifying);
  Outcome outcome = world.shake();
  expect_talk(outcome);
  world.who.host = "other.example.org";
  outcome = world.shake();
  EXPECT_FALSE(outcome.peer || outcome.connected);
  EXPECT_THAT(outcome.connect_error->message(), HasSubstr("did not match"));
}

// Connections that break.

enum class Side { connecting, accepting };

/// Runs handshakes that fail at the first, second ... operation of one side until one goes through.
int fail_everywhere(World world, Side side, Faults faults) {
  for (faults.fail_at = 0; faults.fail_at < 200; ++faults.fail_at) {
    StreamPair pair = memory_pair();
    auto& spoiled = side == Side::connecting ? pair.first : pair.second;
    auto fired = std::make_shared<std::atomic<bool>>(false);
    auto faulty = std::make_unique<FaultyStream>(std::move(spoiled), faults);
    faulty->report_to(fired);
    spoiled = std::move(faulty);
    const Outcome outcome = world.shake(std::move(pair));
    if (!*fired) {
      EXPECT_TRUE(outcome.peer && outcome.connected);
      return faults.fail_at;
    }
    EXPECT_TRUE(outcome.accept_error || outcome.connect_error) << "operation " << faults.fail_at;
  }
  return 0;
}

TEST(Handshake, EndsOnBothSidesWhereverTheConnectionBreaks) {
  for (const TlsPolicy policy : {TlsPolicy::none, TlsPolicy::required}) {
    for (const auto& pair : World::pairs) {
      for (const Side side : {Side::connecting, Side::accepting}) {
        for (const auto kind : {Faults::Kind::error, Faults::Kind::end}) {
          EXPECT_GT(fail_everywhere(World(pair.conversation, policy, policy), side, {.kind = kind}), 5);
        }
      }
    }
  }
}

TEST(Handshake, WorksOverStreamsThatGiveAByteAtATime) {
  World world(Conversation::console);
  StreamPair pair = memory_pair();
  pair.first = std::make_unique<FaultyStream>(std::move(pair.first), Faults{.read_at_most = 1});
  pair.second = std::make_unique<FaultyStream>(std::move(pair.second), Faults{.read_at_most = 1});
  Outcome outcome = world.shake(std::move(pair));
  expect_talk(outcome);
}

TEST(Handshake, WorksOverTcp) {
  Outcome outcome = World(Conversation::director).shake(tcp_pair());
  expect_talk(outcome);
}

}  // namespace
}  // namespace holdfast::transport

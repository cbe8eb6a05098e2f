// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/authentication.h"

#include <thread>

#include "base/error.h"
#include "crypto/cram.h"
#include "testing/base/thrown.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::transport {
namespace {

using testing::HasSubstr;
using testing_support::thrown_kind;
using testing_support::thrown_message;
using namespace std::string_literals;

const Proof director{"5ebe2294ecd0e0f08eab7690d2a6ee69", "R_DIRECTOR::bareos-dir", TlsPolicy::required};
const Proof console{"5ebe2294ecd0e0f08eab7690d2a6ee69", "R_CONSOLE::*UserAgent*", TlsPolicy::allowed};

HandshakeTimes short_times() {
  HandshakeTimes times;
  times.failure_pause = std::chrono::milliseconds(1);
  return times;
}

TEST(AnswerChallenge, AnswersAsTheChapterComputes) {
  const auto answer =
      answer_challenge("auth cram-md5 <1804289383.1735689600@R_DIRECTOR::bareos-dir> ssl=2\n", console);
  EXPECT_EQ(answer.text, "4zxCn6RlH0/lfTUpsV+faB\0"s);
  EXPECT_EQ(answer.policy, 2U);
}

TEST(AnswerChallenge, UsesTheStandardFlavourWhereAskedTo) {
  const auto answer =
      answer_challenge("auth cram-md5c <1804289383.1735689600@R_DIRECTOR::bareos-dir> ssl=1\n", console);
  EXPECT_EQ(answer.text, "4zxCnaRlH0PlfTUpsVSfaQ\0"s);
  EXPECT_TRUE(answer.standard_base64);
}

TEST(AnswerChallenge, TakesChallengesWithoutPolicyAndWithMoreBehindIt) {
  EXPECT_EQ(answer_challenge("auth cram-md5 <1.2@x>", console).policy, std::nullopt);
  EXPECT_EQ(answer_challenge("auth cram-md5 <1.2@x> ssl=1 qualified-name=R_DIRECTOR::x\n", console).policy,
            1U);
}

TEST(AnswerChallenge, AnswersNothingElse) {
  for (const char* text :
       {"", "auth", "auth cram-md5 ", "auth cram-md5 <>", "auth cram-md5 <1@x> ssl=0\n",
        "auth cram-md5 <1.x@y> ssl=0\n", "auth cram-md5 1.2@x ssl=0\n", "auth cram-md5 <a.b@c>",
        "auth cram-md5 <1.2>", "auth sha <1.2@x>", "1000 OK auth\n"}) {
    EXPECT_EQ(thrown_kind([&] { answer_challenge(text, console); }), ErrorKind::invalid) << text;
  }
}

TEST(AnswerChallenge, EveryPrefixOfAChallengeIsAnsweredOrRefused) {
  const std::string whole = "auth cram-md5c <1804289383.1735689600@R_DIRECTOR::bareos-dir> ssl=2\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto kind = thrown_kind([&] { answer_challenge(whole.substr(0, size), console); });
    EXPECT_EQ(kind.has_value(), size < whole.find('>') + 1) << size;
  }
}

TEST(AnswerChallenge, RefusesItsOwnChallenges) {
  EXPECT_EQ(
      thrown_kind([] { answer_challenge("auth cram-md5 <1.2@R_DIRECTOR::bareos-dir> ssl=2\n", director); }),
      ErrorKind::refused);
  const Proof spaced{"key", "R_CLIENT::my client", TlsPolicy::none};
  EXPECT_EQ(thrown_kind([&] {
              answer_challenge(
                  "auth cram-md5 <1.2@R_CLIENT::my\x01"
                  "client> ssl=0\n",
                  spaced);
            }),
            ErrorKind::refused);
}

TEST(AnswerChallenge, StorageDaemonsMayMeetTheirName) {
  const Proof storage{"key", "R_STORAGE::sd", TlsPolicy::none};
  EXPECT_NO_THROW(answer_challenge("auth cram-md5 <1.2@R_STORAGE::sd> ssl=0\n", storage));
}

TEST(MakeChallenge, HasTheFormOfTheChapter) {
  const Proof spaced{"key", "R_CLIENT::my client", TlsPolicy::allowed};
  EXPECT_THAT(make_challenge(spaced), testing::MatchesRegex("auth cram-md5 <[0-9]+\\.[0-9]+@R_CLIENT::my\x01"
                                                            "client> ssl=1\n"));
  EXPECT_NE(make_challenge(spaced), make_challenge(spaced));
}

/// The accepting side under test on a thread of its own, and a channel to play the other side by hand.
struct Accepting {
  explicit Accepting(Proof proof) {
    auto [ours, theirs] = memory_pair();
    peer = std::make_unique<Channel>(std::move(theirs));
    thread = std::jthread([this, proof = std::move(proof), stream = std::move(ours)]() mutable {
      Channel channel(std::move(stream));
      message = thrown_message([&] { remote = authenticate_accepting(channel, proof, short_times(), {}); });
    });
  }

  std::string receive() { return receive_text(*peer, "the test"); }
  void finish() { thread.join(); }

  std::unique_ptr<Channel> peer;
  std::optional<unsigned> remote;
  std::string message;
  std::jthread thread;
};

TEST(Authentication, BothSidesLearnThePolicyOfTheOther) {
  auto [ours, theirs] = memory_pair();
  std::optional<unsigned> seen_by_director;
  std::jthread accepting([&, stream = std::move(theirs)]() mutable {
    Channel channel(std::move(stream));
    seen_by_director = authenticate_accepting(channel, director, short_times(), {});
  });
  Channel channel(std::move(ours));
  EXPECT_EQ(authenticate_connecting(channel, console), 2U);
  accepting.join();
  EXPECT_EQ(seen_by_director, 1U);
}

TEST(Authentication, AcceptsAnswersInBothFlavoursWithOrWithoutNul) {
  for (const auto flavour : {crypto::Base64::bareos, crypto::Base64::standard}) {
    for (const std::string& end : {""s, "\0"s}) {
      Accepting accepting(director);
      const std::string message = accepting.receive();
      const auto begin = message.find('<');
      const std::string challenge = message.substr(begin, message.find('>') - begin + 1);
      accepting.peer->send(crypto::cram_answer(director.key, challenge, flavour) + end);
      EXPECT_EQ(accepting.receive(), "1000 OK auth\n");
      accepting.peer->close();
      accepting.finish();
    }
  }
}

TEST(Authentication, TellsAPeerThatAnswersWrongly) {
  for (const std::string& answer :
       {"4zxCn6RlH0/lfTUpsV+faB\0"s, ""s, "1000 OK auth\n"s, std::string(100'000, 'x')}) {
    Accepting accepting(director);
    accepting.receive();
    accepting.peer->send(answer);
    EXPECT_EQ(accepting.receive(), "1999 Authorization failed.\n");
    accepting.finish();
    EXPECT_THAT(accepting.message, HasSubstr("does not know the password"));
  }
}

TEST(Authentication, ConnectingSideTakesTheStandardFlavourOnlyFromThoseWhoAskForIt) {
  for (const bool asked : {false, true}) {
    auto [ours, theirs] = memory_pair();
    std::optional<ErrorKind> kind;
    std::jthread connecting([&, stream = std::move(ours)]() mutable {
      Channel channel(std::move(stream));
      kind = thrown_kind([&] { authenticate_connecting(channel, console); });
    });
    Channel peer(std::move(theirs));
    peer.send(asked ? "auth cram-md5c <1.2@x> ssl=0\n" : "auth cram-md5 <1.2@x> ssl=0\n");
    receive_text(peer, "the test");
    peer.send("1000 OK auth\n");
    const std::string message = receive_text(peer, "the test");
    const auto begin = message.find('<');
    // An answer whose flavours differ, as nearly all do.
    const std::string challenge = message.substr(begin, message.find('>') - begin + 1);
    const auto standard = crypto::cram_answer(console.key, challenge, crypto::Base64::standard);
    if (standard == crypto::cram_answer(console.key, challenge, crypto::Base64::bareos)) continue;
    peer.send(standard);
    EXPECT_EQ(receive_text(peer, "the test"), asked ? "1000 OK auth\n" : "1999 Authorization failed.\n");
    connecting.join();
    EXPECT_EQ(kind.has_value(), !asked);
  }
}

TEST(Authentication, ConnectingSideEndsWhenItsKeyIsNotAccepted) {
  for (const std::string verdict : {"1999 Authorization failed.\n", "1000 OK auth", "1000 OK authx\n", ""}) {
    auto [ours, theirs] = memory_pair();
    Channel peer(std::move(theirs));
    peer.send("auth cram-md5 <1.2@x> ssl=0\n");
    peer.send(verdict);
    peer.flush();
    Channel channel(std::move(ours));
    EXPECT_EQ(thrown_kind([&] { authenticate_connecting(channel, console); }), ErrorKind::refused);
  }
}

TEST(Authentication, TellsAPeerWhoseChallengeCannotBeAnswered) {
  auto [ours, theirs] = memory_pair();
  Channel peer(std::move(theirs));
  peer.send("auth none\n");
  peer.flush();
  Channel channel(std::move(ours));
  EXPECT_EQ(thrown_kind([&] { authenticate_connecting(channel, console); }), ErrorKind::invalid);
  EXPECT_EQ(receive_text(peer, "the test"), "1999 Authorization failed.\n");
}

TEST(ReceiveText, KnowsWhichSignalsEndAHandshake) {
  const auto kind_after = [](auto send) {
    auto [ours, theirs] = memory_pair();
    Channel peer(std::move(theirs));
    send(peer);
    peer.close();
    Channel channel(std::move(ours));
    return thrown_kind([&] { receive_text(channel, "a text"); });
  };
  using wire::Signal;
  EXPECT_EQ(kind_after([](Channel& peer) { peer.send(Signal::terminate); }), ErrorKind::refused);
  EXPECT_EQ(kind_after([](Channel& peer) { peer.send(Signal::end_of_data); }), ErrorKind::invalid);
  EXPECT_EQ(kind_after([](Channel&) {}), ErrorKind::network);
  EXPECT_EQ(kind_after([](Channel& peer) {
              peer.send(Signal::heartbeat);
              peer.send("text");
            }),
            std::nullopt);
}

}  // namespace
}  // namespace holdfast::transport

// SPDX-License-Identifier: AGPL-3.0-or-later
// The handshakes of the golden recordings: the same challenges get the same answers, the same names the same
// Hello, and the replies are the recorded ones.

#include "testing/transport/memory_stream.h"
#include "testing/wire/transcript.h"
#include "transport/authentication.h"
#include "transport/hello.h"
#include "transport/replies.h"

namespace holdfast::transport {
namespace {

using testing_support::RecordedPacket;
using testing_support::Transcript;

// The passwords of the recorded installation as its configuration shows them, and the keys of the jobs as they
// stand in the recordings.
constexpr std::string_view passwords[] = {
    "3c852d05a94cd961cc2e2135ecf3788c",  // default console
    "70e76a15da00e6301ade718cc9416f79",  // console admin
    "17b0e77943e0f8025737818a726756ed",  // Director at the Storage Daemon
    "af2904ba21987b283d3f14cb9cfb5579",  // Director at the File Daemon
};

std::vector<std::string> keys_of(const Transcript& transcript) {
  std::vector<std::string> keys(std::begin(passwords), std::end(passwords));
  constexpr std::string_view word = "Authorization=";
  for (const RecordedPacket& packet : transcript.packets) {
    const auto at = packet.payload.find(word);
    if (at != std::string::npos) keys.push_back(packet.payload.substr(at + word.size(), 39));
  }
  return keys;
}

bool is_challenge(const RecordedPacket& packet) { return packet.payload.starts_with("auth cram-md5 "); }

bool is_answered(const std::string& challenge, const std::string& answer,
                 const std::vector<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return answer_challenge(challenge, {key, "R_NOBODY::", TlsPolicy::none}).text == answer;
  });
}

/// All recorded connections from their first packet on.
std::vector<std::vector<RecordedPacket>> conversations(const Transcript& transcript) {
  std::vector<std::vector<RecordedPacket>> all;
  for (const char* daemon : {"director", "storage", "filedaemon"}) {
    for (const int number : transcript.accepted_by(daemon)) all.push_back(transcript.connection(number));
  }
  return all;
}

TEST(RecordedHandshake, ChallengesGetTheRecordedAnswers) {
  int answered = 0;
  for (const std::string& name : testing_support::transcript_names()) {
    const Transcript transcript = testing_support::read_transcript(name).value();
    const auto keys = keys_of(transcript);
    for (const auto& packets : conversations(transcript)) {
      for (std::size_t i = 0; i + 1 < packets.size(); ++i) {
        if (!is_challenge(packets[i])) continue;
        EXPECT_TRUE(is_answered(packets[i].payload, packets[i + 1].payload, keys))
            << name << ": " << packets[i].payload;
        ++answered;
      }
    }
  }
  if (answered == 0) GTEST_SKIP() << "no recordings here";
  EXPECT_EQ(answered, 160);
}

Role role_of(const RecordedPacket& hello) {
  if (hello.listener == "director") return Role::director;
  return hello.listener == "storage" ? Role::storage : Role::client;
}

TEST(RecordedHandshake, HellosAreReadAndWrittenAlike) {
  int read = 0;
  for (const std::string& name : testing_support::transcript_names()) {
    for (const auto& packets : conversations(testing_support::read_transcript(name).value())) {
      const Hello hello = read_hello(role_of(packets.front()), packets.front().payload);
      Introduction who;
      who.conversation = hello.conversation;
      (is_job(hello.conversation) ? who.job : who.name) = hello.name;
      EXPECT_EQ(write_hello(who), packets.front().payload);
      ++read;
    }
  }
  if (read == 0) GTEST_SKIP() << "no recordings here";
}

TEST(RecordedHandshake, RepliesAreTheRecordedOnes) {
  int compared = 0;
  for (const std::string& name : testing_support::transcript_names()) {
    for (const auto& packets : conversations(testing_support::read_transcript(name).value())) {
      const Hello hello = read_hello(role_of(packets.front()), packets.front().payload);
      if (is_job(hello.conversation)) continue;
      auto [ours, theirs] = memory_pair();
      Channel sender(std::move(ours));
      Channel receiver(std::move(theirs));
      send_welcome(sender, role_of(packets.front()), "lab-dir", hello, hello.name);
      // Hello, twice challenge, answer and verdict, and then the reply.
      EXPECT_EQ(receive_text(receiver, "a reply"), packets.at(7).payload) << name;
      ++compared;
    }
  }
  if (compared == 0) GTEST_SKIP() << "no recordings here";
}

}  // namespace
}  // namespace holdfast::transport

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "testing/wire/transcript.h"
#include "transport/channel.h"

// Plays the peer's half of a recorded connection against our own session code, and compares what our code
// says with what was recorded.
//
//   const auto transcript = read_transcript("estimate-listing");
//   Replay director(conversation(*transcript, transcript->accepted_by("filedaemon")[0]), From::listener);
//   run_session(director.channel());
//   EXPECT_THAT(director.differences(), IsEmpty());

namespace holdfast::testing_support {

/// What differs from run to run: every match is replaced before packets are compared.
struct ReplayMask {
  std::regex pattern;
  std::string replacement = "#";
};

/// Times, keys and session numbers, as they stand behind the field names of the protocol.
std::vector<ReplayMask> usual_masks();

/// The packets of a connection behind its handshake: Hello, challenges and the reply to Hello are left out,
/// because random challenges cannot be replayed.
std::vector<RecordedPacket> conversation(const Transcript& transcript, int connection);

class Replay {
 public:
  using From = RecordedPacket::From;
  /// True for packets, of either side, that are not compared: neither expected nor complained about.
  using Ignored = std::function<bool(const RecordedPacket&)>;

  /// `ours` is the half that our code plays. The peer's half runs on a thread of its own; a wait of the peer
  /// for our code ends after 20 seconds with a difference.
  Replay(std::vector<RecordedPacket> packets, From ours, std::vector<ReplayMask> masks = usual_masks(),
         Ignored ignored = {});
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// Our end, authenticated. Once.
  std::unique_ptr<transport::Channel> channel();

  /// Waits until the peer's half is over (our end must be closed, or read to its end). One line for each
  /// packet that is not as recorded, in order; empty where all are.
  std::vector<std::string> differences();

 private:
  void play();
  void expect(const RecordedPacket& recorded);
  bool receive(RecordedPacket& into);
  std::string masked(const RecordedPacket& packet) const;
  void differ(const std::string& expected, const std::string& found);

  std::vector<RecordedPacket> packets_;
  From ours_;
  std::vector<ReplayMask> masks_;
  Ignored ignored_;
  std::unique_ptr<transport::Channel> our_end_;
  std::unique_ptr<transport::Channel> peer_end_;
  std::vector<std::string> differences_;
  std::size_t at_ = 0;
  bool terminated_ = false;  // our code said so
  std::jthread peer_;
};

}  // namespace holdfast::testing_support

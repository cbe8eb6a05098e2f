// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "testing/wire/transcript.h"
#include "transport/channel.h"

namespace holdfast::testing_support {

/// What a daemon does in the middle of a conversation.
enum class Misbehaviour {
  hang_up,      ///< ends the connection in an orderly way
  break_off,    ///< the connection breaks
  garbage,      ///< sends what is no message, and goes on
  wrong_reply,  ///< sends a refusal, and waits
  huge_length,  ///< announces a packet of 2 GB
  half_packet,  ///< begins a packet and falls silent
  silence,      ///< says nothing more
};
std::string_view to_string(Misbehaviour misbehaviour);

/// Plays the daemon's half of a recorded conversation, whatever the Director says, and misbehaves before its
/// n-th packet.
class ScriptedDaemon {
 public:
  ScriptedDaemon(std::vector<RecordedPacket> packets, std::size_t before, Misbehaviour misbehaviour);
  ~ScriptedDaemon();
  ScriptedDaemon(const ScriptedDaemon&) = delete;
  ScriptedDaemon& operator=(const ScriptedDaemon&) = delete;

  std::unique_ptr<transport::Channel> channel() { return std::move(director_end_); }
  /// Returns when the conversation has come to that packet.
  void wait_until_misbehaving() { misbehaving_.get_future().wait(); }

 private:
  void play();
  void misbehave();
  void listen_to_the_end();

  std::vector<RecordedPacket> packets_;
  std::size_t before_;
  Misbehaviour misbehaviour_;
  std::promise<void> misbehaving_;
  std::unique_ptr<transport::Channel> director_end_;
  std::unique_ptr<transport::Channel> own_end_;
  std::jthread thread_;
};

/// How many packets the daemon says in a recording.
std::size_t packets_of_daemon(const std::vector<RecordedPacket>& packets);

}  // namespace holdfast::testing_support

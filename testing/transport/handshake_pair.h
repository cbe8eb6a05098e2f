// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "testing/transport/memory_stream.h"
#include "transport/accept.h"
#include "transport/connect.h"

namespace holdfast::transport {

/// Times at which a test does not wait: a pause of 1 ms, everything else long enough for a busy machine.
HandshakeTimes test_times();

/// A directory of peers in memory: who may connect to one daemon.
class KnownPeers {
 public:
  void add(Conversation conversation, const std::string& name, KnownPeer peer) {
    peers_[{conversation, name}] = std::move(peer);
  }
  FindPeer lookup() const;

 private:
  std::map<std::pair<Conversation, std::string>, KnownPeer> peers_;
};

/// What became of a handshake on its two sides.
struct Outcome {
  std::optional<Peer> peer;
  std::optional<Error> accept_error;
  std::optional<Connected> connected;
  std::optional<Error> connect_error;
};

/// Runs both sides over the pair: the first stream connects, the second accepts.
Outcome shake_hands(StreamPair pair, const Introduction& who, const AcceptSettings& settings);

}  // namespace holdfast::transport

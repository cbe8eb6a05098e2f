// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/transport/handshake_pair.h"

#include <thread>

namespace holdfast::transport {

HandshakeTimes test_times() {
  HandshakeTimes times;
  times.failure_pause = std::chrono::milliseconds(1);
  return times;
}

FindPeer KnownPeers::lookup() const {
  return [peers = peers_](Conversation conversation, std::string_view name) -> std::optional<KnownPeer> {
    const auto found = peers.find({conversation, std::string(name)});
    return found == peers.end() ? std::nullopt : std::optional(found->second);
  };
}

Outcome shake_hands(StreamPair pair, const Introduction& who, const AcceptSettings& settings) {
  Outcome outcome;
  std::jthread accepting([&] {
    try {
      outcome.peer = accept(std::move(pair.second), settings, {});
    } catch (const Error& error) {
      outcome.accept_error = error;
    }
  });
  try {
    outcome.connected = introduce(std::move(pair.first), who, {});
  } catch (const Error& error) {
    outcome.connect_error = error;
  }
  accepting.join();
  return outcome;
}

}  // namespace holdfast::transport

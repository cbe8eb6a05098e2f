// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "transport/channel.h"
#include "transport/peer.h"

namespace holdfast::transport {

/// What one side of the challenge handshake knows (interop 01, section 8).
struct Proof {
  std::string key;
  std::string qualified_name;  ///< spaces are spaces
  TlsPolicy policy = TlsPolicy::required;
};

/// The answer to a challenge, or the reason why it gets none. The number in `ssl=` comes with it.
struct Answer {
  std::string text;  ///< with the NUL that belongs to it
  std::optional<unsigned> policy;
  bool standard_base64 = false;
};
Answer answer_challenge(std::string_view challenge, const Proof& proof);

/// A new challenge message.
std::string make_challenge(const Proof& proof);

/// Both directions, on the accepting and on the connecting side. They return what the peer sent in `ssl=`, nothing
/// where it sent none.
///
/// Throw Error{refused} when one side does not know the key. The peer was told then, and, where it failed to
/// answer, was kept waiting for `failure_pause` before that.
std::optional<unsigned> authenticate_accepting(Channel& channel, const Proof& proof,
                                               const HandshakeTimes& times, std::stop_token stop);
std::optional<unsigned> authenticate_connecting(Channel& channel, const Proof& proof);

/// The next text message. Heartbeats are passed over. Throws Error{refused} on TERMINATE, {network} at the end of
/// the connection, {invalid} on another signal; `what` was waited for.
std::string receive_text(Channel& channel, std::string_view what);

}  // namespace holdfast::transport

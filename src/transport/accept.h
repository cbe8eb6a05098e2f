// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>

#include "crypto/tls_context.h"
#include "transport/byte_stream.h"
#include "transport/peer.h"

namespace holdfast::transport {

/// Who we are when others connect to us. Immutable once in use.
struct AcceptSettings {
  Role role = Role::director;
  std::string name;                               ///< of our own resource
  std::shared_ptr<const crypto::TlsContext> tls;  ///< of our own resource; needed even where TLS Enable = no
  FindPeer find_peer;
  HandshakeTimes times;
};

/// The whole of interop 01 from the first byte to the reply to Hello: cleartext or TLS, Hello, challenges,
/// greeting. Where TLS was authenticated by a key, the name in Hello must be the identity of that key.
///
/// `stop` cancels that much; what is done with the channel afterwards is the caller's business.
///
/// Throws Error of kind refused (unknown, wrong key, policy), invalid (not our protocol), timeout, network or
/// cancelled; the peer was told what the protocol has for that, and the connection is closed.
Peer accept(std::unique_ptr<ByteStream> stream, const AcceptSettings& settings, std::stop_token stop);

/// The reply to Hello, for peers found with KnownPeer::Reply::by_handler: `logged_in_as` is named to
/// consoles.
void send_reply(Peer& peer, const AcceptSettings& settings, std::string_view logged_in_as);

}  // namespace holdfast::transport

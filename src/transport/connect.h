// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "crypto/tls_context.h"
#include "os/socket_address.h"
#include "transport/peer.h"

namespace holdfast::transport {

/// What the first bytes are: by the policy, or as the Director said for a job (`ssl=4` means TLS).
enum class FirstBytes { by_policy, tls, cleartext };

/// What to do where TLS or the authentication inside it fails and the policy is `allowed`: only a Director that
/// connects to a File Daemon tries cleartext then (section 7).
enum class Fallback { none, cleartext };

/// Who we are, and how we prove it, when we connect to somebody.
struct Introduction {
  Conversation conversation = Conversation::director;
  std::string name;                        ///< of our own resource, or default_console
  std::string job;                         ///< the unique job name; only for the conversations of jobs
  std::string key;                         ///< stored password, or authorisation key of the job
  TlsPolicy policy = TlsPolicy::required;  ///< of the resource describing the peer; own resource for jobs
  FirstBytes first = FirstBytes::by_policy;
  Fallback fallback = Fallback::none;
  std::shared_ptr<const crypto::TlsContext> tls;  ///< of that resource; may be absent where TLS is never used
  std::string host;  ///< the configured address, which certificates are checked against
  HandshakeTimes times;
};

/// How long, and from where, to try.
struct Reach {
  std::uint16_t port = 0;
  std::chrono::milliseconds retry_every = std::chrono::seconds(10);
  std::chrono::milliseconds give_up_after = std::chrono::seconds(180);
  std::chrono::seconds heartbeat{0};  ///< idle time of TCP keepalive; zero: the system's
  std::optional<os::SocketAddress> source;
  /// Told on the thread that connects, each time before it waits to try again; may be empty.
  std::function<void(const Error& why)> on_retry{};
};

/// A connection we opened; the peer proved to know the key and accepted us.
struct Connected {
  std::unique_ptr<Channel> channel;
  Role peer = Role::director;          ///< who answered: tells a Director a client from a storage
  int protocol_version = 0;            ///< of a File Daemon we connected to as Director
  FirstBytes first = FirstBytes::tls;  ///< what worked; worth trying first next time
  int greeting_code = 0;  ///< of a Director to a console: 1000, or 1001 when it wants a PAM login
  std::string greeting;   ///< "OK: bareos-dir Version: 25.1.0 (03 August 2026)"
  std::string welcome;    ///< the text of 1002: services message and who we are logged in as
};

/// Connects to `who.host`, retrying while nobody listens, and goes through TLS, Hello, challenges and reply, which
/// together take no longer than `reach.give_up_after` either (zero: one attempt, and a login in its own time).
/// `stop` cancels that much; what is done with the channel afterwards is the caller's business.
///
/// Throws Error of kind refused (the peer, or our policy, says no), network, timeout, invalid (not our
/// protocol) or cancelled.
Connected connect(const Introduction& who, const Reach& reach, std::stop_token stop);

/// What a failed connect() says, with the address: "127.0.0.1:9103: not in time". The error mostly names it already; then
/// it is not repeated.
std::string with_address(const std::string& host, std::uint32_t port, const Error& error);

/// The same on a stream that is connected already, without retries.
Connected introduce(std::unique_ptr<ByteStream> stream, const Introduction& who, std::stop_token stop);

}  // namespace holdfast::transport

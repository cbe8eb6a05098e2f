// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/socket_address.h"
#include "os/stop_event.h"
#include "os/unique_fd.h"

namespace holdfast::os {

using Deadline = std::chrono::steady_clock::time_point;

/// A connected TCP socket. One thread may receive while another sends; shutdown() may come from any thread.
class Socket {
 public:
  Socket(UniqueFd fd, SocketAddress peer);

  /// At least one byte; 0 at the end of the stream; nothing when `limit` (zero: none) passed first. Throws
  /// Error{network}.
  std::optional<std::size_t> receive(MutableBytes into, std::chrono::milliseconds limit);
  /// How many bytes were taken, at least one; nothing when `limit` passed first.
  std::optional<std::size_t> send(Bytes data, std::chrono::milliseconds limit);

  /// No more bytes follow; the other direction stays open.
  void shutdown_sending() noexcept;
  /// Ends both directions and wakes whoever is blocked in receive() or send().
  void shutdown() noexcept;

  /// Whether the peer has ended its direction, or the connection broke; takes nothing of what is still to be received.
  bool has_peer_hung_up() const noexcept;

  /// Keepalive probes after `idle`, and then at the same interval; zero leaves the values of the system.
  void set_keepalive(std::chrono::seconds idle);

  const SocketAddress& peer() const { return peer_; }

 private:
  UniqueFd fd_;
  SocketAddress peer_;
  std::chrono::milliseconds receive_limit_{0};  // what the kernel was told last
  std::chrono::milliseconds send_limit_{0};
};

struct ConnectOptions {
  Deadline deadline = Deadline::max();
  std::optional<SocketAddress> source;     ///< address to connect from
  std::chrono::seconds keepalive_idle{0};  ///< see Socket::set_keepalive
};

/// Tries the addresses of `host` one after the other. Throws Error of kind not_found (no such host), network
/// (the last address's failure), timeout or cancelled.
Socket connect(const std::string& host, std::uint16_t port, const ConnectOptions& options,
               const StopEvent& stop);

/// Where a daemon listens; an empty host means every address of the family.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;  ///< 0: the system chooses one
  Family family = Family::any;
};

/// Sockets that accept connections. IPv6 sockets take IPv6 only.
class Listener {
 public:
  /// Listens on all of them or throws Error naming the address.
  explicit Listener(const std::vector<ListenAddress>& addresses);

  /// The next connection; nothing when a stop was requested. Failures of a single connection, and running out
  /// of descriptors for a while, are passed over.
  std::optional<Socket> accept(const StopEvent& stop);

  /// The addresses listened on, with the ports the system chose.
  std::vector<SocketAddress> addresses() const;

 private:
  std::vector<UniqueFd> sockets_;
};

}  // namespace holdfast::os

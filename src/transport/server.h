// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/error.h"
#include "os/socket.h"
#include "transport/accept.h"
#include "transport/peer.h"

namespace holdfast::transport {

struct ServerLimits {
  std::size_t unauthenticated = 64;  ///< handshakes under way; for one more, the oldest is given up
  std::size_t connections = 1000;    ///< authenticated peers; one more gets TERMINATE
};

/// Accepts connections and runs each on a thread of its own: the handshake, then the handler. The destructor
/// stops accepting, ends handshakes, asks handlers to stop and waits for all of them.
class Server {
 public:
  /// Asked for each connection, so that a reload of the configuration counts from the next one on.
  using Settings = std::function<std::shared_ptr<const AcceptSettings>()>;
  /// Talks to the peer, on the thread of the connection; what it throws goes to `Report`. When `stop` is
  /// requested it must return soon: a std::stop_callback that interrupts the channel wakes it. The handler
  /// may move the channel to another owner and return.
  using Handler = std::function<void(Peer peer, std::stop_token stop)>;
  /// Hears of every connection that ended by an error, with the address of the peer. Any thread.
  using Report = std::function<void(const std::string& from, const Error& error)>;

  Server(const std::vector<os::ListenAddress>& addresses, Settings settings, Handler handler, Report report,
         ServerLimits limits = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// With the ports the system chose.
  std::vector<os::SocketAddress> addresses() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::transport

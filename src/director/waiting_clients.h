// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "director/connector.h"
#include "director/console/services.h"

namespace holdfast::director {

/// Connections that clients opened and that wait for a conversation (interop 01, section 12). Any thread.
class WaitingClients {
 public:
  explicit WaitingClients(const Clock& clock) : clock_(clock) {}

  void keep(transport::Peer peer);
  /// The newest connection of a client that still stands; empty: there is none.
  std::optional<transport::Connected> take(const std::string& client);
  /// Waits until there is one. Throws Error{timeout} when `limit` has passed, Error{cancelled} on stop.
  transport::Connected wait_for(const std::string& client, std::chrono::milliseconds limit,
                                std::stop_token stop);
  /// Whether take() would find one.
  bool has(const std::string& client);
  /// Those that still stand, in the order of names, the newest of a client first. Closes the others.
  std::vector<console::WaitingClient> list();

 private:
  struct Waiting {
    std::unique_ptr<transport::Channel> channel;
    std::int64_t since = 0;  ///< Unix seconds
    int protocol_version = 0;
  };
  using ByName = std::map<std::string, std::vector<Waiting>>;  ///< the newest last

  static void drop_dead(std::vector<Waiting>& connections);
  static std::optional<transport::Connected> take_from(ByName& waiting, const std::string& client);

  const Clock& clock_;
  Guarded<ByName> waiting_;
};

/// Uses a connection that waits where there is one; connects otherwise, if the client may be connected to; else waits
/// until the client comes.
class ConnectorWithWaiting final : public Connector {
 public:
  ConnectorWithWaiting(Connector& network, WaitingClients& waiting) : network_(network), waiting_(waiting) {}

  transport::Connected connect(const config::Client& client, std::chrono::milliseconds give_up_after,
                               std::stop_token stop, const OnRetry& on_retry = {}) override;
  transport::Connected connect(const config::Storage& storage, std::chrono::milliseconds give_up_after,
                               std::stop_token stop, const OnRetry& on_retry = {}) override {
    return network_.connect(storage, give_up_after, std::move(stop), on_retry);
  }
  void forget() override { network_.forget(); }

 private:
  Connector& network_;
  WaitingClients& waiting_;
};

}  // namespace holdfast::director

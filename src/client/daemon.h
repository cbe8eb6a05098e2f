// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The File Daemon: it serves the conversations of Directors, finds, reads and restores files by means of
// archive and tree, and exchanges them with Storage Daemons. Which jobs there are, and where data goes, is
// decided by the Director.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "client/director_session.h"
#include "client/job_registry.h"
#include "client/standing_connection.h"
#include "client/storage_over_network.h"
#include "config/file_daemon_resources.h"
#include "transport/server.h"

namespace holdfast::client {

/// What a File Daemon works with.
struct DaemonParts {
  std::shared_ptr<const config::FileDaemonConfiguration> configuration;
  tree::FileSource& files;
  std::function<std::unique_ptr<tree::FileTarget>(const std::string& inside)> make_target;
  const Clock& clock;
  bool configuration_has_warnings = false;
  /// Hears of connections that ended by an error, and of what a peer did wrong. Any thread.
  transport::Server::Report report;
  messages::LocalMessages* local = nullptr;  ///< where messages go besides the Director; null: nowhere
  std::string python_modules{};              ///< where the modules lie that plugins in Python import
};

class Daemon {
 public:
  explicit Daemon(DaemonParts parts);

  /// Whom the server lets in: Directors by name, and Storage Daemons for jobs that wait for them.
  std::shared_ptr<const transport::AcceptSettings> accept_settings() const { return accept_; }
  /// A conversation with somebody who was let in.
  void serve(transport::Peer peer, std::stop_token stop);

  /// Where to listen, and how many connections at most.
  transport::ServerLimits limits() const;

  /// Listens, calls `listening`, and serves until `stop` is requested.
  void run(std::stop_token stop, const std::function<void()>& listening);

 private:
  std::optional<transport::KnownPeer> find_peer(transport::Conversation conversation,
                                                std::string_view name) const;
  std::optional<transport::KnownPeer> find_director(std::string_view name) const;
  std::optional<transport::KnownPeer> find_job(std::string_view name) const;
  void take_storage(transport::Peer peer);
  std::vector<StandingConnection> standing_connections();

  DaemonParts parts_;
  std::shared_ptr<const crypto::TlsContext> tls_;
  JobRegistry jobs_;
  Tunable tunable_;
  StorageOverNetwork storage_;
  Surroundings surroundings_;
  std::shared_ptr<const transport::AcceptSettings> accept_;
};

}  // namespace holdfast::client

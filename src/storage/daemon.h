// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "config/storage_resources.h"
#include "storage/storage_context.h"
#include "transport/server.h"
#include "volumes/autochanger.h"
#include "volumes/key_cache.h"

namespace holdfast::storage {

/// What a Storage Daemon works with.
struct DaemonParts {
  std::shared_ptr<const config::StorageConfiguration> configuration;
  /// Where the volumes of a configured device lie; throws Error{unsupported} for types we do not have.
  std::function<std::unique_ptr<device::Drive>(const config::Device&)> make_drive;
  /// The robot of an autochanger that has a changer command; throws Error.
  std::function<std::unique_ptr<device::Changer>(const config::Autochanger&)> make_changer;
  const Clock& clock;
  std::string host;    ///< gethostname()
  std::string system;  ///< "Debian GNU/Linux 12 (bookworm)"
  /// Hears of connections that ended by an error, and of devices that cannot be used. Any thread.
  transport::Server::Report report;
  messages::LocalMessages* local = nullptr;  ///< where messages go besides the Director; null: nowhere
};

/// The Storage Daemon: its devices, its jobs, and who may talk to it.
class Daemon {
 public:
  explicit Daemon(DaemonParts parts);

  /// Whom the server lets in: Directors by name; clients and Storage Daemons for jobs that wait for them.
  std::shared_ptr<const transport::AcceptSettings> accept_settings() const { return accept_; }
  /// A conversation with somebody who was let in.
  void serve(transport::Peer peer, std::stop_token stop);

  /// Where to listen, and how many connections at most.
  transport::ServerLimits limits() const;

  /// Listens and serves until `stop` is requested.
  void run(std::stop_token stop, const std::function<void()>& listening);

 private:
  void make_devices();
  /// Until `stop`; nothing where the configuration wants no statistics.
  void collect_statistics(std::stop_token stop);
  void remove_leftovers();
  void add_device(const config::Device& configured);
  std::unique_ptr<device::Drive> make_drive(const config::Device& configured) const;
  void add_autochanger(const config::Autochanger& configured);
  std::optional<transport::KnownPeer> find_peer(transport::Conversation conversation,
                                                std::string_view name) const;

  DaemonParts parts_;
  std::shared_ptr<const crypto::TlsContext> tls_;
  volumes::DevicePool devices_;
  std::vector<std::unique_ptr<volumes::Autochanger>> autochangers_;
  JobTable jobs_;
  volumes::KeyKeeper keys_;
  Statistics statistics_;
  StorageContext context_;
  std::shared_ptr<const transport::AcceptSettings> accept_;
};

}  // namespace holdfast::storage

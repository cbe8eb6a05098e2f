// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "client/storage_connector.h"
#include "config/file_daemon_resources.h"
#include "crypto/tls_context.h"

namespace holdfast::client {

/// Connects over TCP, with TLS where the Director says so, and retries for the SD Connect Timeout.
class StorageOverNetwork final : public StorageConnector {
 public:
  StorageOverNetwork(const config::FileDaemon& self, std::shared_ptr<const crypto::TlsContext> tls)
      : self_(self), tls_(std::move(tls)) {}

  std::unique_ptr<transport::Channel> connect(const Goal& goal, std::stop_token stop) override;

 private:
  const config::FileDaemon& self_;
  std::shared_ptr<const crypto::TlsContext> tls_;
};

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

#include "base/error.h"
#include "config/file_daemon_resources.h"
#include "crypto/tls_context.h"
#include "transport/channel.h"

namespace holdfast::client {

/// Keeps a connection to a Director waiting for work, for clients it cannot reach (interop 01, section 12). As
/// soon as the Director says something, `serve` runs that conversation on a thread of its own, and the next
/// connection is opened. Where connecting fails, `failed` hears of it and the next try comes after a minute. One that is
/// lost while it waits, because the Director ended or the network did, is replaced after a moment.
///
/// Returns when `stop` is requested and all conversations are over.
struct StandingConnection {
  const config::FileDaemonDirector& director;
  const config::FileDaemon& self;
  std::shared_ptr<const crypto::TlsContext> tls;  ///< of the Director resource
  std::function<void(std::unique_ptr<transport::Channel>, std::stop_token)> serve;
  std::function<void(const Error&)> failed;
  std::chrono::milliseconds pause_after_failure = std::chrono::minutes(1);
  std::chrono::milliseconds pause_after_loss = std::chrono::seconds(1);

  void run(std::stop_token stop) const;
};

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The Director: plans and supervises jobs, talks to File Daemons, Storage Daemons and consoles, keeps the
// catalog. What it decides about jobs is in jobs/; moving data is the business of the other daemons.

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "base/guarded.h"
#include "config/director_resources.h"
#include "transport/connect.h"

namespace holdfast::director {

/// Opens conversations with the other daemons. Any thread. Throws what transport::connect throws.
class Connector {
 public:
  /// Told each time before it tries again to reach a daemon that cannot be reached; on the thread that connects.
  using OnRetry = std::function<void(const Error& why)>;

  virtual ~Connector() = default;
  virtual transport::Connected connect(const config::Client& client, std::chrono::milliseconds give_up_after,
                                       std::stop_token stop, const OnRetry& on_retry = {}) = 0;
  virtual transport::Connected connect(const config::Storage& storage,
                                       std::chrono::milliseconds give_up_after, std::stop_token stop,
                                       const OnRetry& on_retry = {}) = 0;
  /// Resources may have changed: what was learned about those of before does not count any more.
  virtual void forget() = 0;
};

/// Over TCP, introducing itself as the Director of that name. A client that may do without TLS (TLS Require = no) is
/// tried without, where it does not answer with; what worked is tried first next time (interop 01, section 7).
class NetworkConnector final : public Connector {
 public:
  explicit NetworkConnector(std::string director) : director_(std::move(director)) {}

  transport::Connected connect(const config::Client& client, std::chrono::milliseconds give_up_after,
                               std::stop_token stop, const OnRetry& on_retry = {}) override;
  transport::Connected connect(const config::Storage& storage, std::chrono::milliseconds give_up_after,
                               std::stop_token stop, const OnRetry& on_retry = {}) override;
  void forget() override;

 private:
  std::string director_;
  Guarded<std::map<std::string, transport::FirstBytes>> worked_;  ///< by the name of the client
};

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "transport/channel.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

/// Opens the data connection of a job. The real one goes through transport::connect; tests hand out memory.
class StorageConnector {
 public:
  struct Goal {
    wire::StorageCommand where;
    std::string job;  ///< the unique job name
    std::string key;  ///< authorisation key of the job
  };

  virtual ~StorageConnector() = default;
  /// The connection, authenticated in both directions. Throws Error after the configured time.
  virtual std::unique_ptr<transport::Channel> connect(const Goal& goal, std::stop_token stop) = 0;
};

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/storage_resources.h"
#include "messages/local_messages.h"
#include "storage/statistics.h"
#include "storage/storage_job.h"
#include "transport/connect.h"
#include "volumes/reservation.h"
#include "volumes/volume_label.h"

namespace holdfast::storage {

/// What all conversations of the daemon share. Everything outlives them.
struct StorageContext {
  /// Asked for each use, so that a reload counts from the next one on.
  std::function<std::shared_ptr<const config::StorageConfiguration>()> configuration;
  volumes::DevicePool& devices;
  JobTable& jobs;
  const Clock& clock;
  volumes::LabelStamp stamp;
  Time started;
  bool configuration_has_warnings = false;
  std::string system;  ///< "Debian GNU/Linux 12 (bookworm)"
  /// Connects to a passive client or another Storage Daemon for a job, with the job's key.
  std::function<transport::Connected(const transport::Introduction&, const transport::Reach&,
                                     std::stop_token)>
      connect;
  /// The numeric addresses of a host; empty where it has none.
  std::function<std::vector<std::string>(const std::string& host)> resolve;
  Statistics* statistics = nullptr;          ///< null: none are collected
  messages::LocalMessages* local = nullptr;  ///< where messages go besides the Director; null: nowhere
};

/// "Version: 25.1.0 (03 August 2026) <system>"
std::string version_text(const StorageContext& context);

}  // namespace holdfast::storage

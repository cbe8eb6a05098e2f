// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "client/job_registry.h"
#include "client/storage_connector.h"
#include "config/file_daemon_resources.h"
#include "messages/local_messages.h"
#include "transport/channel.h"
#include "tree/file_source.h"
#include "tree/file_target.h"

namespace holdfast::client {

/// Settings of the daemon that conversations change: the console's setdebug and setbandwidth.
struct Tunable {
  std::atomic<int> debug_level = 0;
  std::atomic<int> trace = 0;
  std::atomic<int> timestamp = 0;
  std::atomic<std::int64_t> bandwidth = 0;  ///< bytes per second for jobs without a limit of their own
};

/// What all conversations of a File Daemon share. Everything outlives them.
struct Surroundings {
  JobRegistry& jobs;
  StorageConnector& storage;
  tree::FileSource& files;
  /// For one restore each; everything is restored below `inside`, where it is not empty.
  std::function<std::unique_ptr<tree::FileTarget>(const std::string& inside)> make_target;
  const Clock& clock;
  Tunable& tunable;
  Time started;
  std::string system;    ///< "Debian GNU/Linux 12 (bookworm)"
  std::string platform;  ///< "debian"
  bool configuration_has_warnings = false;
  messages::LocalMessages* local = nullptr;  ///< where messages go besides the Director; null: nowhere
  std::string python_modules{};              ///< where the modules lie that plugins in Python import
};

/// Serves one conversation with a Director that was authenticated: reads its commands, runs at most one job and
/// tells how it ended (interop 02). Returns when the conversation is over; never throws for what a peer does.
/// `stop` ends it soon, as a cancelled job.
void serve_director(const Surroundings& surroundings, const config::FileDaemonConfiguration& configuration,
                    const config::FileDaemonDirector& director, std::unique_ptr<transport::Channel> channel,
                    std::stop_token stop);

}  // namespace holdfast::client

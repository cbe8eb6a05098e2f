// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "director/active_job.h"
#include "director/connector.h"
#include "director/storage_side.h"
#include "director/volume_desk.h"
#include "director/waiting_clients.h"

namespace holdfast::director {

/// What jobs run on. Outlives them.
struct JobSurroundings {
  const Clock& clock;
  Connector& connector;
  VolumeDesk& volumes;
  ConversationLimits limits;
  std::string system;  ///< "Debian GNU/Linux 12 (bookworm)"
  /// Sets up and queues a further job. Throws Error where that is not possible.
  std::function<JobId(const console::RunRequest&)> start_job;
  WaitingClients& waiting_clients;
  /// Runs a console command as the default console would, each line of its output going to `tell`; false where it
  /// failed. Empty where there is no console.
  std::function<bool(std::string_view command, std::stop_token stop,
                     const std::function<void(std::string_view)>& tell)>
      run_console_command{};
};

/// Runs the job on this thread to its end, with whatever status: conversations, end record, report. Throws
/// only where the catalog cannot be written, after the log was told.
void run_job(ActiveJob& job, JobSurroundings& surroundings);

/// A job that was cancelled before it ran: end record and report.
void end_without_running(ActiveJob& job, JobSurroundings& surroundings);

/// Asks a daemon on a connection of its own to cancel the job; its answer, or why there is none.
std::string cancel_at(const config::Client& client, ActiveJob& job, Connector& connector, const Clock& clock);
std::string cancel_at(const config::Storage& storage, ActiveJob& job, Connector& connector,
                      const Clock& clock);
/// Likewise, where the daemon knows the job by another unique name.
std::string cancel_at(const config::Storage& storage, const std::string& job, Connector& connector,
                      const Clock& clock);

}  // namespace holdfast::director

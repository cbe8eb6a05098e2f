// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/job_registry.h"

namespace holdfast::client {

/// What a status report says about the daemon itself.
struct StatusFacts {
  std::string name;
  std::string system;  ///< "Debian GNU/Linux 12 (bookworm)"
  Time started;
  Time now;
  bool has_warnings = false;  ///< of the configuration
  int debug_level = 0;
  int trace = 0;
  std::string secure_erase_command;
  std::vector<std::string> plugins;  ///< that may be used, a line each
  std::int64_t bandwidth = 0;        ///< bytes per second, the daemon's limit
};

/// The packets of the status command (interop 02, section 5.9), the first empty line included, without the NUL
/// that ends all but that one.
std::vector<std::string> status_report(const StatusFacts& facts, const JobRegistry& jobs);

/// The parts of ".status header", "running" and "terminated", without headings.
std::vector<std::string> header_part(const StatusFacts& facts, const JobRegistry& jobs);
std::vector<std::string> running_part(const StatusFacts& facts, const JobRegistry& jobs);
std::vector<std::string> terminated_part(const JobRegistry& jobs);

/// The lines behind "2000 OK .status": the running jobs, and the newest of the terminated ones.
std::vector<std::string> current_jobs(const JobRegistry& jobs);
std::vector<std::string> last_job(const JobRegistry& jobs);

}  // namespace holdfast::client

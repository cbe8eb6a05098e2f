// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast::os {

/// Of a line in the system log, by their numbers there.
enum class LogPriority { critical = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

inline constexpr std::string_view system_log_socket = "/dev/log";

/// Sends a line to the system log as `program`, process id included. `facility` is a name such as "daemon" or
/// "local3"; others count as "daemon". False where there is no system log or it does not take the line.
bool write_system_log(std::string_view facility, LogPriority priority, std::string_view program,
                      std::string_view text, const std::string& socket = std::string(system_log_socket));

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/system_log.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "base/local_time.h"
#include "os/unique_fd.h"

namespace holdfast::os {

namespace {

// Their places are their numbers; 12 to 15 have no name of their own.
constexpr std::array<std::string_view, 24> facilities{
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "",       "",       "",       "",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr std::size_t daemon_facility = 3;
/// What system loggers take as one line at least.
constexpr std::size_t longest_line = 8000;

std::size_t number_of(std::string_view facility) {
  const auto found = std::find(facilities.begin(), facilities.end(), facility);
  if (facility.empty() || found == facilities.end()) return daemon_facility;
  return static_cast<std::size_t>(found - facilities.begin());
}

}  // namespace

bool write_system_log(std::string_view facility, LogPriority priority, std::string_view program,
                      std::string_view text, const std::string& socket) {
  sockaddr_un address{};
  if (socket.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket.c_str(), socket.size() + 1);
  const UniqueFd connection(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!connection) return false;
  while (text.ends_with('\n')) text.remove_suffix(1);
  // The time is local and in English, whatever the locale (RFC 3164).
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string line =
      fmt::format("<{}>{} {}[{}]: {}", number_of(facility) * 8 + static_cast<std::size_t>(priority),
                  local_time(now, "%b %e %H:%M:%S"), program, ::getpid(), text.substr(0, longest_line));
  return ::sendto(connection.get(), line.data(), line.size(), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address), sizeof address) >= 0;
}

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/quickstart_daemons.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.h"
#include "os/background.h"
#include "os/socket.h"

namespace holdfast::apps {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds start_patience{20};
constexpr std::chrono::seconds stop_patience{15};
constexpr std::chrono::milliseconds between_attempts{20};
constexpr std::size_t shown_of_a_log = 2000;

std::string end_of_file(const fs::path& path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.size() > shown_of_a_log ? text.substr(text.size() - shown_of_a_log) : text;
}

bool takes_connections(std::uint16_t port) {
  try {
    const os::StopEvent never{std::stop_token{}};
    os::connect("127.0.0.1", port, {steady_clock::now() + std::chrono::seconds(1), {}, {}}, never);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

QuickstartDaemons::QuickstartDaemons(const QuickstartHome& home)
    : home_(home), programs_(fs::read_symlink("/proc/self/exe").parent_path()) {}

int QuickstartDaemons::process_of(const QuickstartDaemon& daemon) const {
  int process = 0;
  std::ifstream(home_.process_file_of(daemon.program)) >> process;
  return process > 0 && os::runs_program(process, programs_ / daemon.program) ? process : 0;
}

std::vector<std::string_view> QuickstartDaemons::running() const {
  std::vector<std::string_view> roles;
  for (const auto& daemon : quickstart_daemons) {
    if (process_of(daemon) != 0) roles.push_back(daemon.role);
  }
  return roles;
}

void QuickstartDaemons::start() const {
  for (const auto& daemon : quickstart_daemons) {
    if (process_of(daemon) == 0) start_one(daemon);
  }
  for (const auto& daemon : quickstart_daemons) wait_until_ready(daemon);
}

void QuickstartDaemons::start_one(const QuickstartDaemon& daemon) const {
  const int process = os::start_in_background(programs_ / daemon.program,
                                              {"-f", "-c", home_.configuration_of(daemon.program).string()},
                                              home_.log_of(daemon.program));
  std::ofstream file(home_.process_file_of(daemon.program), std::ios::trunc);
  if (!(file << process << '\n') || !file.flush()) {
    os::end_process(process, stop_patience);
    throw Error(ErrorKind::io, "cannot write {}", home_.process_file_of(daemon.program).string());
  }
}

void QuickstartDaemons::wait_until_ready(const QuickstartDaemon& daemon) const {
  const auto port = home_.port_of(daemon.program);
  const auto deadline = steady_clock::now() + start_patience;
  while (process_of(daemon) != 0 && steady_clock::now() < deadline) {
    if (takes_connections(port)) return;
    std::this_thread::sleep_for(between_attempts);
  }
  throw Error(ErrorKind::refused, "The {} did not start. The end of {}:\n{}", daemon.role,
              home_.log_of(daemon.program).string(), end_of_file(home_.log_of(daemon.program)));
}

std::vector<std::string_view> QuickstartDaemons::stop() const {
  std::vector<std::string_view> roles;
  for (const auto& daemon : quickstart_daemons) {
    if (const int process = process_of(daemon); process != 0) {
      os::end_process(process, stop_patience);
      roles.push_back(daemon.role);
    }
    fs::remove(home_.process_file_of(daemon.program));
  }
  return roles;
}

}  // namespace holdfast::apps

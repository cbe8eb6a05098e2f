// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/background.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

#include "os/errno.h"
#include "os/unique_fd.h"

namespace holdfast::os {
namespace {

/// What posix_spawn needs, released in the end.
struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  SpawnSettings() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
};

bool has_ended(const UniqueFd& process, std::chrono::milliseconds patience) {
  pollfd ended{process.get(), POLLIN, 0};
  return ::poll(&ended, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace

int start_in_background(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                        const std::filesystem::path& log) {
  SpawnSettings settings;
  posix_spawnattr_setflags(&settings.attributes, POSIX_SPAWN_SETSID);
  posix_spawn_file_actions_addopen(&settings.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&settings.files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&settings.files, STDOUT_FILENO, STDERR_FILENO);
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t process = 0;
  const int failure = ::posix_spawn(&process, program.c_str(), &settings.files, &settings.attributes,
                                    pointers.data(), environ);
  if (failure != 0) throw_errno(fmt::format("cannot start {}", program.string()), failure);
  return process;
}

bool runs_program(int process, const std::filesystem::path& program) {
  std::error_code none;
  const auto running = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", process), none).string();
  return !none && (running == program.string() || running == program.string() + " (deleted)");
}

void end_process(int process, std::chrono::milliseconds patience) {
  const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  if (!handle) return;
  ::kill(process, SIGTERM);
  if (!has_ended(handle, patience)) {
    ::kill(process, SIGKILL);
    has_ended(handle, patience);
  }
  ::waitpid(process, nullptr, WNOHANG);  // in case it is our child
}

bool is_root() { return ::geteuid() == 0; }

}  // namespace holdfast::os

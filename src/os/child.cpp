// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/errno.h"

extern char** environ;

namespace holdfast::os {

namespace {

/// What the child finds.
class SpawnPlan {
 public:
  explicit SpawnPlan(const StandardFiles& files) {
    posix_spawn_file_actions_init(&actions_);
    give(files.input, STDIN_FILENO, O_RDONLY);
    give(files.output, STDOUT_FILENO, O_WRONLY);
    give(files.errors, STDERR_FILENO, O_WRONLY);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int spawn(const std::vector<std::string>& words, pid_t& child) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    return ::posix_spawnp(&child, arguments[0], &actions_, &attributes_, arguments.data(), environ);
  }

 private:
  void give(int fd, int standard, int mode) {
    if (fd >= 0)
      posix_spawn_file_actions_adddup2(&actions_, fd, standard);
    else
      posix_spawn_file_actions_addopen(&actions_, standard, "/dev/null", mode, 0);
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

ProcessEnd end_of(int status) {
  if (WIFSIGNALED(status)) return {ProcessEnd::How::killed, WTERMSIG(status)};
  return {ProcessEnd::How::exited, WEXITSTATUS(status)};
}

}  // namespace

void LineCutter::add(std::string_view text) {
  for (const char c : text) {
    if (c == '\n' || line_.size() >= longest_line) give();
    if (c != '\n') line_ += c;
  }
}

void LineCutter::finish() {
  if (!line_.empty()) give();
}

void LineCutter::give() {
  sink_(line_);
  line_.clear();
}

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("cannot create a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Child::Child(int pid) : pid_(pid), exited_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
  if (exited_) return;
  const int failed = errno;
  kill();
  throw_errno("cannot watch a program that was started", failed);
}

Child::~Child() {
  if (!reaped_) kill();
}

void Child::kill() {
  ::kill(-pid_, SIGKILL);
  wait();
}

void Child::ask_to_end() { ::kill(-pid_, SIGTERM); }

bool Child::ends_within(int milliseconds) {
  pollfd waited{exited_.get(), POLLIN, 0};
  return ::poll(&waited, 1, milliseconds) > 0;
}

ProcessEnd Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  return end_of(status);
}

int spawn(const std::vector<std::string>& words, const StandardFiles& files, int& pid) {
  return SpawnPlan(files).spawn(words, pid);
}

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/daemonise.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "os/errno.h"

namespace holdfast::os {
namespace {

constexpr char is_ready = '1';

/// The rest of the program that was started: its exit status.
int outcome_of(pid_t child, int from_child) {
  char told = 0;
  ssize_t got = 0;
  do got = ::read(from_child, &told, 1);
  while (got < 0 && errno == EINTR);
  if (got == 1 && told == is_ready) return EXIT_SUCCESS;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return EXIT_FAILURE;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) != EXIT_SUCCESS ? WEXITSTATUS(status) : EXIT_FAILURE;
}

void close_standard_streams() {
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) throw_errno("Cannot open /dev/null");
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::dup2(null.get(), stream) < 0) throw_errno("Cannot close the standard streams");
  }
}

}  // namespace

DetachedProcess DetachedProcess::start(StandardStreams streams) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("Cannot become a daemon");
  UniqueFd from_child(ends[0]);
  UniqueFd to_parent(ends[1]);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw_errno("Cannot become a daemon");
  if (child > 0) {
    to_parent.reset();
    ::_exit(outcome_of(child, from_child.get()));
  }
  ::setsid();
  return {std::move(to_parent), streams};
}

void DetachedProcess::ready() {
  std::fflush(nullptr);
  if (streams_ == StandardStreams::closed) close_standard_streams();
  // Where the program that was started has been killed, nobody is left to be told.
  [[maybe_unused]] const auto written = ::write(parent_.get(), &is_ready, 1);
  parent_.reset();
}

}  // namespace holdfast::os

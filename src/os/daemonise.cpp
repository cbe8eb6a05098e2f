// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/daemonise.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "os/errno.h"
#include "os/unique_fd.h"

namespace holdfast::os {

void daemonise(StandardStreams streams) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw_errno("Cannot become a daemon");
  if (child > 0) ::_exit(0);
  ::setsid();
  if (streams == StandardStreams::kept) return;
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) throw_errno("Cannot open /dev/null");
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::dup2(null.get(), stream) < 0) throw_errno("Cannot close the standard streams");
  }
}

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <initializer_list>

namespace holdfast::os {

bool is_terminal(StandardStream stream) { return ::isatty(static_cast<int>(stream)) == 1; }

std::size_t terminal_width() {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size{};
    if (::ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return 80;
}

bool is_privileged_user() { return ::geteuid() == 0; }

}  // namespace holdfast::os

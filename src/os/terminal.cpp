// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <initializer_list>

namespace holdfast::os {

bool is_terminal(StandardStream stream) { return ::isatty(static_cast<int>(stream)) == 1; }

namespace {

/// False where there is no terminal, or it is so already.
bool set_echo(bool shown) {
  termios settings{};
  if (::tcgetattr(STDIN_FILENO, &settings) != 0) return false;
  if (((settings.c_lflag & static_cast<tcflag_t>(ECHO)) != 0) == shown) return false;
  settings.c_lflag ^= static_cast<tcflag_t>(ECHO);
  return ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0;
}

}  // namespace

HiddenTyping::HiddenTyping() : was_shown_(set_echo(false)) {}
HiddenTyping::~HiddenTyping() {
  if (was_shown_) set_echo(true);
}

std::size_t terminal_width() {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    winsize size{};
    if (::ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  }
  return 80;
}

bool is_privileged_user() { return ::geteuid() == 0; }

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstddef>

namespace holdfast::os {

enum class StandardStream { input, output, error };

/// Whether somebody sits at the other end of one of the standard streams.
bool is_terminal(StandardStream stream);

/// While it lives, the terminal on standard input does not show what is typed. Without effect where there is none.
class HiddenTyping {
 public:
  HiddenTyping();
  ~HiddenTyping();
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  bool was_shown_ = false;
};

/// Columns of the terminal on standard output or error; 80 where it is none or does not tell.
std::size_t terminal_width();

/// Whether this process runs as root.
bool is_privileged_user();

}  // namespace holdfast::os

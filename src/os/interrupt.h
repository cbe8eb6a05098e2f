// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

namespace holdfast::os {

/// What Ctrl-C (SIGINT) does from now on, in a program with one user at a terminal.
enum class OnInterrupt {
  note,        ///< it is only noted; reading from the terminal fails with EINTR
  note_first,  ///< the first one is noted, the next one ends the program
};

/// Forgets what was noted before.
void take_interrupts(OnInterrupt what);
/// Whether one was noted since. Any thread.
bool was_interrupted();

}  // namespace holdfast::os

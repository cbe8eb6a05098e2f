// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/console/command.h"
#include "director/console/tree.h"

namespace holdfast::director::console {

enum class Browsed {
  done,     ///< the restore goes on with what is marked
  given_up  ///< quit, abort, or the console has gone
};

/// The file selection mode of a restore (interop 09, section 8.3). Its output is text in every mode.
Browsed browse(Command& command, RestoreTree& tree);

}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/console/command.h"

// Commands that the peer does not have. Lists of commands leave them out, so that they stay as programs know them; "help
// simulate" tells about one.
namespace holdfast::director::console {

/// A flag of CommandEntry.
inline constexpr unsigned own_command = 4;

inline bool is_own(const CommandEntry& entry) { return (entry.flags & own_command) != 0; }

namespace handle {

Outcome simulate(Command& command);

}  // namespace handle
}  // namespace holdfast::director::console

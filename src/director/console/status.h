// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/console/command.h"

// The parts of `status` and `.status` (interop 09, section 11). Those of the Director are told as text and as
// JSON; what other daemons answer is text and exists in text modes only.
namespace holdfast::director::console::status_of {

void header(Command& command);
/// Jobs that schedules start within `days=` (1).
void scheduled(Command& command);
void running(Command& command);
void terminated(Command& command);
void waiting_clients(Command& command);
void director(Command& command);

void scheduler(Command& command);
void configuration(Command& command);

/// `word` restricts the answer as `.status` does; empty for all of it.
void client(Command& command, const config::Client& client, std::string_view word);
void storage(Command& command, const config::Storage& storage, std::string_view word);

/// What lies where in an autochanger.
void slots(Command& command);

}  // namespace holdfast::director::console::status_of

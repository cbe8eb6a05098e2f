// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "director/active_job.h"

namespace holdfast::director {

/// Where codes stand: RunScripts, clone lines, mail and operator commands know all of them; names of bootstrap files and
/// commands in FileSets only those that the other daemons know too (interop 08, section 11.3).
enum class CodesIn { commands, names };

/// Replaces the codes of interop 08, section 11.3; others stay.
std::string expand_job_codes(std::string_view text, const ActiveJob& job, CodesIn place = CodesIn::commands);

/// The same for commands that send messages, at any time and by any thread: status and amounts as listings show them.
messages::Codes codes_while_running(const ActiveJob& job);
/// And when the job is over, by its thread: as its row has them.
messages::Codes codes_at_end(const ActiveJob& job);

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "director/active_job.h"

namespace holdfast::director {

/// Replaces the codes of interop 06, section 9.1, that this Director knows of a job; others stay.
std::string expand_job_codes(std::string_view text, const ActiveJob& job);

/// The same for commands that send messages, at any time and by any thread: status and amounts as listings show them.
messages::Codes codes_while_running(const ActiveJob& job);
/// And when the job is over, by its thread: as its row has them.
messages::Codes codes_at_end(const ActiveJob& job);

}  // namespace holdfast::director

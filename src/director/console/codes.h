// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "base/job_codes.h"

namespace holdfast::director::console {

// What consoles read and tell beside the words of base/job_words.h (interop 09, sections 11 and 12).

/// The level that a word means for a job of this type, in any case.
std::optional<JobLevel> find_level(std::string_view name, JobType type);

/// 0 for success, 1 for errors, 2 for failures, 3 for anything else.
int exit_status(JobStatus status);

}  // namespace holdfast::director::console

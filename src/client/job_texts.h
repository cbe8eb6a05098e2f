// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/job_codes.h"

namespace holdfast::client {

// The words for codes of jobs as scripts and status reports of a File Daemon show them.

/// "Full", "Verify Init Catalog"; one blank for none.
std::string_view level_text(JobLevel level);
/// "Backup", "Restore", "System or Console".
std::string_view type_text(JobType type);
/// "OK", "Error", "Canceled" (codes of scripts).
std::string_view status_text(JobStatus status);
/// "OK", "Error", "Cancel" in at most seven characters (table of terminated jobs).
std::string_view short_status_text(JobStatus status);

/// The name of the job resource: the unique job name without its last three parts.
std::string job_name_of(std::string_view unique_name);

/// "22-Nov-26 21:51", local time.
std::string short_time(Time time);

}  // namespace holdfast::client

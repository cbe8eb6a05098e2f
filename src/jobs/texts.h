// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// What a Director decides about jobs: level, pool, volume, what a restore needs, when a job may run, and how
// all that is reported. Works on the roles of the catalog and on the configuration; knows no connection.

#include <chrono>
#include <string>
#include <string_view>

#include "base/job_codes.h"
#include "catalog/rows.h"

namespace holdfast::jobs {

using catalog::Moment;

/// "03-Aug-2026 01:05:00", local time, the form in logs and reports.
std::string report_time(Moment moment);

/// "1 hour 2 mins 3 secs", "0 secs" (interop 08, section 21).
std::string elapsed_text(std::chrono::seconds elapsed);
/// "6 months ", "1 hour 5 secs": the same with the blank that the peer leaves behind whole minutes.
std::string period_text(std::chrono::seconds period);

/// What stands behind "termination status:"; empty for a daemon that never reported.
std::string termination_status(std::optional<JobStatus> status);

/// T or W.
constexpr bool is_good(JobStatus status) {
  return status == JobStatus::terminated || status == JobStatus::warnings;
}
/// No letter of a job that waits or runs.
constexpr bool is_final(JobStatus status) { return is_good(status) || rank(status) > 0; }

/// "404,035 (404.0 KB)".
std::string bytes_text(std::uint64_t bytes);
/// "202.0": thousands of bytes in a second.
std::string rate_text(std::uint64_t bytes, std::chrono::seconds elapsed);

}  // namespace holdfast::jobs

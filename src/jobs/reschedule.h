// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "config/director_resources.h"
#include "jobs/texts.h"

namespace holdfast::jobs {

/// A job that ended.
struct EndedJob {
  const config::Job* resource = nullptr;
  std::string unique_name{};
  JobStatus status = JobStatus::fatal;
  std::uint64_t bytes = 0;
  std::uint32_t reschedules = 0;  ///< how often it was run again already
};

struct Reschedule {
  enum class As { same_job, new_job } as = As::same_job;
  Moment when{};
  std::string text;  ///< for the log of the job that ended
};

/// Whether a backup runs again, and when (interop 08, section 9).
std::optional<Reschedule> reschedule(const EndedJob& job, Moment now);

}  // namespace holdfast::jobs

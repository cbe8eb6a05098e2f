// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "director/job_end.h"
#include "jobs/report.h"

namespace holdfast::director {

/// How jobs of one type run and are reported: one entry in the table of job_types.cpp.
struct JobKind {
  JobType type = JobType::none;
  /// The work of the job, between the scripts before it and its end record. Errors are in the job's log and status.
  JobOutcome (*run)(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) = nullptr;
  /// The block at the end of the job's log (interop 08, section 21).
  std::string (*report)(const jobs::JobReport& report) = nullptr;
};

/// Null for types that cannot be run.
const JobKind* kind_of(JobType type);

}  // namespace holdfast::director

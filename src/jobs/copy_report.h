// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "jobs/report.h"

namespace holdfast::jobs {

/// Of a job that copies or migrates, be it the one that selects jobs or one that works on a job; and of the backup
/// that is made of others.
std::string copy_report(const JobReport& report);
std::string virtual_full_report(const JobReport& report);

/// How copy and migrate jobs are called in logs and reports (interop 08, section 18).
struct CopyWords {
  std::string_view operation;  ///< "Copying"
  std::string_view action;     ///< "copy"
  std::string_view done;       ///< "copied"
};
const CopyWords& copy_words(JobType type);

}  // namespace holdfast::jobs

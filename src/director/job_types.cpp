// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_types.h"

#include <algorithm>
#include <array>

#include "director/admin.h"
#include "director/backup.h"
#include "director/consolidate.h"
#include "director/copy.h"
#include "director/restore.h"
#include "director/verify.h"
#include "jobs/copy_report.h"

namespace holdfast::director {
namespace {

std::string report_backup(const jobs::JobReport& report) {
  return report.level == JobLevel::virtual_full ? jobs::virtual_full_report(report)
                                                : jobs::backup_report(report);
}

constexpr std::array kinds{
    JobKind{JobType::backup, &run_backup, &report_backup},
    JobKind{JobType::restore, &run_restore, &jobs::restore_report},
    JobKind{JobType::verify, &run_verify, &jobs::verify_report},
    JobKind{JobType::admin, &run_admin, &jobs::plain_report},
    JobKind{JobType::archive, &run_admin, &jobs::plain_report},
    JobKind{JobType::copy, &run_copy, &jobs::copy_report},
    JobKind{JobType::migrate, &run_copy, &jobs::copy_report},
    JobKind{JobType::consolidate, &run_consolidate, &jobs::plain_report},
};

}  // namespace

const JobKind* kind_of(JobType type) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const JobKind& kind) { return kind.type == type; });
  return found == kinds.end() ? nullptr : found;
}

}  // namespace holdfast::director

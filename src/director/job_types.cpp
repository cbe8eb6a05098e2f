// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_types.h"

#include <algorithm>
#include <array>

#include "director/admin.h"
#include "director/backup.h"
#include "director/restore.h"
#include "director/verify.h"

namespace holdfast::director {
namespace {

constexpr std::array kinds{
    JobKind{JobType::backup, &run_backup, &jobs::backup_report},
    JobKind{JobType::restore, &run_restore, &jobs::restore_report},
    JobKind{JobType::verify, &run_verify, &jobs::verify_report},
    JobKind{JobType::admin, &run_admin, &jobs::plain_report},
    JobKind{JobType::archive, &run_admin, &jobs::plain_report},
};

}  // namespace

const JobKind* kind_of(JobType type) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const JobKind& kind) { return kind.type == type; });
  return found == kinds.end() ? nullptr : found;
}

}  // namespace holdfast::director

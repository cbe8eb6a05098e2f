// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_types.h"

#include <algorithm>
#include <array>

#include "director/backup.h"
#include "director/restore.h"

namespace holdfast::director {
namespace {

constexpr std::array kinds{
    JobKind{JobType::backup, &run_backup, &jobs::backup_report},
    JobKind{JobType::restore, &run_restore, &jobs::restore_report},
};

}  // namespace

const JobKind* kind_of(JobType type) {
  const auto* found =
      std::find_if(kinds.begin(), kinds.end(), [&](const JobKind& kind) { return kind.type == type; });
  return found == kinds.end() ? nullptr : found;
}

}  // namespace holdfast::director

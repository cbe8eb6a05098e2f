// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/changes.h"

#include "selection/walk.h"

namespace holdfast::selection {

Changes::Verdict ChangedSince::judge(Found& found) {
  const bool is_old = found.stat.modification.seconds < since_ &&
                      (found.options->modification_time_only || found.stat.change.seconds < since_);
  return is_old ? Verdict::leave_out : Verdict::save;
}

}  // namespace holdfast::selection

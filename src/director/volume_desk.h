// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <mutex>

#include "base/clock.h"
#include "jobs/counters.h"
#include "jobs/hold_rules.h"

namespace holdfast::director {

/// What all that choose, prune and recycle volumes share. Any thread.
struct VolumeDesk {
  explicit VolumeDesk(const Clock& clock) : retention_clock(clock) {}

  /// Held while a volume is chosen, created, purged or moved: no two may take the same, or the last that a pool may have.
  std::mutex choosing;
  jobs::CounterMemory counters;
  /// Ages of jobs and volumes are measured by it: never ahead of the true time (jobs/retention_clock.h).
  const Clock& retention_clock;
};

using jobs::hold_rules;

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>

#include "base/clock.h"

namespace holdfast::jobs {

/// The time by which ages of jobs and volumes are measured: it follows the clock of the machine backwards at once, but
/// never forwards faster than time really passes. So nothing is pruned early because somebody set the clock a day ahead,
/// nor because jobs got dates of yesterday while it was set back. It begins anew, at the time of the machine, with the
/// process.
///
/// Example: the clock is set back a day at noon, and a day ahead a week later. What ran in that week has dates that are a
/// day too early; this clock stays a day behind as well, so its age comes out right.
class RetentionClock final : public Clock {
 public:
  explicit RetentionClock(const Clock& clock) : clock_(clock), start_(clock.now() - passed()) {}

  Time now() const override {
    const std::chrono::microseconds passed = this->passed();
    const Time started = clock_.now() - passed;
    Time known = start_.load();
    while (started < known && !start_.compare_exchange_weak(known, started)) continue;
    return std::min(known, started) + passed;
  }
  Instant instant() const override { return clock_.instant(); }

 private:
  std::chrono::microseconds passed() const { return clock_.instant().time_since_epoch(); }

  const Clock& clock_;
  mutable std::atomic<Time> start_;  ///< the earliest that the fixed moment was ever said to be
};

}  // namespace holdfast::jobs

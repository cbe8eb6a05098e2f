// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "volumes/volume_catalog.h"

namespace holdfast::volumes {

/// When the next heartbeat of a job that waits is due.
class Pulse {
 public:
  /// `interval`: zero: there are no heartbeats.
  Pulse(JobLog& log, const Clock& clock, std::chrono::seconds interval)
      : log_(log), clock_(clock), interval_(interval), next_(after_interval()) {}

  Instant next() const { return next_; }
  void beat_if_due() {
    if (clock_.instant() < next_) return;
    log_.heartbeat();
    next_ = after_interval();
  }

 private:
  Instant after_interval() const {
    return interval_.count() > 0 ? clock_.instant() + interval_ : Instant::max();
  }

  JobLog& log_;
  const Clock& clock_;
  std::chrono::seconds interval_;
  Instant next_;
};

}  // namespace holdfast::volumes

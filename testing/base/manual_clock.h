// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>

#include "base/clock.h"

namespace holdfast::testing_support {

/// Stands still until it is told otherwise. Any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = from_unix_seconds(1'795'384'266)) : now_(start) {}

  Time now() const override { return now_.load(); }
  Instant instant() const override { return instant_.load(); }
  /// Time passes.
  void advance(std::chrono::microseconds by) {
    instant_ = instant_.load() + by;
    now_ = now_.load() + by;
  }
  /// Somebody sets the clock; no time passes.
  void set(Time time) { now_ = time; }
  void jump(std::chrono::microseconds by) { now_ = now_.load() + by; }

 private:
  std::atomic<Time> now_;
  std::atomic<Instant> instant_{Instant(std::chrono::hours(100))};
};

}  // namespace holdfast::testing_support

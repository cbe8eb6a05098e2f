// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>

#include "base/clock.h"

namespace holdfast::testing_support {

/// Stands still until it is set. Any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = from_unix_seconds(1'795'384'266)) : now_(start) {}

  Time now() const override { return now_.load(); }
  void set(Time time) { now_ = time; }
  void advance(std::chrono::microseconds by) { now_ = now_.load() + by; }

 private:
  std::atomic<Time> now_;
};

}  // namespace holdfast::testing_support

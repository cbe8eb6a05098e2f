// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "os/boot_time.h"

namespace holdfast::os {

/// The clock of the machine.
class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  Instant instant() const override { return Instant(time_since_boot()); }
};

}  // namespace holdfast::os

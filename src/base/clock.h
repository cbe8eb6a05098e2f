// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>

namespace holdfast {

/// A moment of wall-clock time, to the microsecond, UTC.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::seconds;

inline std::int64_t unix_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
inline Time from_unix_seconds(std::int64_t value) { return Time(std::chrono::seconds(value)); }

/// Where time comes from; any thread. Tests use ManualClock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace holdfast

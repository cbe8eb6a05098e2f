// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>

namespace holdfast {

/// A moment of wall-clock time, to the microsecond, UTC.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::seconds;

inline std::int64_t unix_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
/// Moments beyond what Time can hold, which damaged or odd files may claim, become the first or last that it holds.
inline Time from_unix_seconds(std::int64_t value) {
  constexpr auto first = std::chrono::ceil<std::chrono::seconds>(Time::min()).time_since_epoch().count();
  constexpr auto last = std::chrono::floor<std::chrono::seconds>(Time::max()).time_since_epoch().count();
  return Time(std::chrono::seconds(std::clamp(value, first, last)));
}

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

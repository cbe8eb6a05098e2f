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

/// A reading for measuring how long something takes: it counts from the start of the machine, times in which it slept
/// included, and nobody can set it. Says nothing about the time of day, and nothing to another machine or process.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

/// Where time comes from; any thread. os/system_clock.h has the real one, tests use ManualClock.
class Clock {
 public:
  virtual ~Clock() = default;
  /// For what people, catalogs and other machines read. It may jump, forward and back: no duration is measured by it.
  virtual Time now() const = 0;
  virtual Instant instant() const = 0;
};

}  // namespace holdfast

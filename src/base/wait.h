// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace holdfast {

/// Returns when a stop is requested.
inline void wait_for(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, std::move(stop), [] { return false; });
}

/// Returns at that moment, or when a stop is requested; false then.
inline bool pause_until(std::chrono::steady_clock::time_point moment, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, moment, [] { return false; });
  return !stop.stop_requested();
}

inline bool pause_for(std::chrono::nanoseconds time, const std::stop_token& stop) {
  return pause_until(std::chrono::steady_clock::now() + time, stop);
}

}  // namespace holdfast

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/bandwidth.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace holdfast::client {

namespace {
constexpr auto shortest_pause = std::chrono::milliseconds(10);

void pause_until(std::chrono::steady_clock::time_point moment, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_until(lock, stop, moment, [] { return false; });
}
}  // namespace

void Throttle::sent(std::size_t bytes) {
  const std::int64_t limit = limit_.bytes_per_second.load(std::memory_order_relaxed);
  if (limit <= 0) return;
  const auto now = Clock::now();
  const std::chrono::duration<double> cost(static_cast<double>(bytes) / static_cast<double>(limit));
  free_at_ = std::max(free_at_, now) + std::chrono::duration_cast<Clock::duration>(cost);
  if (free_at_ - now >= shortest_pause) pause_until(free_at_, limit_.stop);
}

}  // namespace holdfast::client

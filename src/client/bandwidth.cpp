// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/bandwidth.h"

#include <algorithm>

#include "base/wait.h"

namespace holdfast::client {

namespace {
constexpr auto shortest_pause = std::chrono::milliseconds(10);
}  // namespace

void Throttle::passed(std::size_t bytes) {
  if (limit_.bytes_per_second.load(std::memory_order_relaxed) <= 0) return;
  const auto now = Clock::now();
  const auto due = due_after(bytes, now);
  if (due - now >= shortest_pause) pause_until(due, limit_.stop);
}

Throttle::Clock::time_point Throttle::due_after(std::size_t bytes, Clock::time_point now) {
  const auto limit = static_cast<double>(std::max<std::int64_t>(limit_.bytes_per_second, 1));
  const std::chrono::duration<double> cost(static_cast<double>(bytes) / limit);
  const auto free_at = free_at_.value_or(now);
  const auto from = limit_.unused == Bandwidth::Unused::kept ? free_at : std::max(free_at, now);
  free_at_ = from + std::chrono::duration_cast<Clock::duration>(cost);
  return *free_at_;
}

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/bandwidth.h"

#include <algorithm>

#include "base/wait.h"

namespace holdfast::client {

namespace {
constexpr auto shortest_pause = std::chrono::milliseconds(10);
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

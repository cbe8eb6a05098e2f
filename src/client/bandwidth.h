// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>

namespace holdfast::client {

/// Where the limit of a job stands; it may change while the job runs.
struct Bandwidth {
  const std::atomic<std::int64_t>& bytes_per_second;  ///< 0: no limit
  std::stop_token stop;                               ///< ends a wait
};

/// Keeps a stream of bytes at a limit by pausing the sender (interop 01, section 14). One thread.
class Throttle {
 public:
  explicit Throttle(Bandwidth limit) : limit_(std::move(limit)) {}

  /// Call it after each piece was sent. Time in which nothing was sent is not made up for.
  void sent(std::size_t bytes);

 private:
  using Clock = std::chrono::steady_clock;

  Bandwidth limit_;
  Clock::time_point free_at_{};  // when everything sent so far is covered by the limit
};

}  // namespace holdfast::client

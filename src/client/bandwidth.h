// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

namespace holdfast::client {

/// Where the limit of a job stands; it may change while the job runs.
struct Bandwidth {
  /// What happens to bytes that the limit allowed and nobody used.
  enum class Unused { lost, kept };

  const std::atomic<std::int64_t>& bytes_per_second;  ///< 0: no limit
  std::stop_token stop;                               ///< ends a wait
  Unused unused = Unused::lost;
};

/// Keeps a stream of bytes at a limit by pausing who sends or receives them (interop 01, section 14). One thread.
class Throttle {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Throttle(Bandwidth limit) : limit_(std::move(limit)) {}

  /// Call it after each piece.
  void passed(std::size_t bytes);
  /// When the limit, which must not be 0, allows to go on after a piece that passed at `now`.
  Clock::time_point due_after(std::size_t bytes, Clock::time_point now);

 private:
  Bandwidth limit_;
  std::optional<Clock::time_point> free_at_;  // when everything so far is covered by the limit
};

}  // namespace holdfast::client

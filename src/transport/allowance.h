// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace holdfast::transport {

/// Whether allowance that was not used is kept for later.
enum class Bursting { no, yes };

struct Bandwidth {
  std::uint64_t bytes_per_second = 0;  ///< 0: without limit
  Bursting bursting = Bursting::no;
};

/// When bytes may pass so that a bandwidth is kept: pure arithmetic.
class Allowance {
 public:
  using Clock = std::chrono::steady_clock;

  Allowance(Bandwidth limit, Clock::time_point now) : limit_(limit), paid_until_(now) {}

  /// Counts bytes that are about to pass, and tells how long to wait before.
  Clock::duration wait_for(std::size_t bytes, Clock::time_point now);

 private:
  Bandwidth limit_;
  Clock::time_point paid_until_;  // when all that passed so far is within the allowance
};

}  // namespace holdfast::transport

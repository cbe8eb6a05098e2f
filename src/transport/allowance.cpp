// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/allowance.h"

#include <algorithm>

namespace holdfast::transport {

Allowance::Clock::duration Allowance::wait_for(std::size_t bytes, Clock::time_point now) {
  if (limit_.bytes_per_second == 0) return Clock::duration::zero();
  if (limit_.bursting == Bursting::no) paid_until_ = std::max(paid_until_, now);
  const auto wait = std::max(paid_until_ - now, Clock::duration::zero());
  const double seconds = static_cast<double>(bytes) / static_cast<double>(limit_.bytes_per_second);
  paid_until_ += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  return wait;
}

}  // namespace holdfast::transport

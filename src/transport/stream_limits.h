// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

#include "transport/byte_stream.h"

namespace holdfast::transport {

/// The timeout and the deadline of a stream. Set by any thread, counts from the next read or write on.
class StreamLimits {
 public:
  static constexpr std::chrono::milliseconds none{0};

  void set_timeout(std::chrono::milliseconds limit) { timeout_ = limit.count(); }
  void set_deadline(Deadline deadline) { deadline_ = deadline.time_since_epoch().count(); }

  /// How long a call that starts now may be blocked: at least 1 ms, or `none`.
  std::chrono::milliseconds left() const {
    const std::chrono::milliseconds timeout(timeout_.load());
    const Deadline deadline{Deadline::duration(deadline_.load())};
    if (deadline == Deadline::max()) return timeout;
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(deadline - Deadline::clock::now());
    const auto bounded = std::max(until, std::chrono::milliseconds(1));
    return timeout == none ? bounded : std::min(timeout, bounded);
  }

  bool deadline_passed() const {
    const auto deadline = deadline_.load();
    return deadline != Deadline::max().time_since_epoch().count() &&
           Deadline::clock::now().time_since_epoch().count() >= deadline;
  }

 private:
  std::atomic<std::chrono::milliseconds::rep> timeout_{0};
  std::atomic<Deadline::rep> deadline_{Deadline::max().time_since_epoch().count()};
};

}  // namespace holdfast::transport

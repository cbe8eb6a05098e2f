// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

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

}  // namespace holdfast

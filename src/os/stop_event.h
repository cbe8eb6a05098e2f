// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>

#include "os/unique_fd.h"

namespace holdfast::os {

/// A descriptor that becomes readable when a stop is requested, so that a thread that waits for descriptors
/// wakes up. `stop` may be asked already.
class StopEvent {
 public:
  explicit StopEvent(std::stop_token stop);

  int fd() const { return fd_.get(); }
  bool is_set() const { return stop_.stop_requested(); }
  std::stop_token token() const { return stop_; }

 private:
  std::stop_token stop_;
  UniqueFd fd_;
  std::stop_callback<std::function<void()>> wake_;
};

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <stop_token>

#include "os/unique_fd.h"

namespace holdfast::os {

/// What others may want of a daemon.
enum class DaemonSignal {
  terminate,  ///< SIGTERM, SIGINT
  hangup,     ///< SIGHUP
};

/// Takes SIGTERM, SIGINT and SIGHUP out of the system's hands, for the calling thread and those it starts from then on;
/// so it belongs before them. SIGPIPE is ignored from then on.
class SignalQueue {
 public:
  SignalQueue();

  /// The next one; empty when `stop` was requested first.
  std::optional<DaemonSignal> wait(std::stop_token stop);

 private:
  UniqueFd fd_;
};

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "base/guarded.h"
#include "os/signal_queue.h"

namespace holdfast::apps {

/// What SIGHUP does; nothing until it is set.
class HangupAction {
 public:
  void set(std::function<void()> action);
  void run();

 private:
  Guarded<std::function<void()>> action_;
};

/// Turns SIGTERM and SIGINT into a stop request and SIGHUP into its action, on a thread of its own.
class DaemonSignals {
 public:
  /// Both must outlive it.
  DaemonSignals(std::stop_source& stop, HangupAction& hangup);

 private:
  os::SignalQueue queue_;
  std::jthread thread_;
};

}  // namespace holdfast::apps

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/daemon_signals.h"

namespace holdfast::apps {

void HangupAction::set(std::function<void()> action) {
  action_.with([&](std::function<void()>& current) { current = std::move(action); });
}

void HangupAction::run() {
  // Outside of the lock: a reload takes its time.
  const auto action = action_.read([](const std::function<void()>& current) { return current; });
  if (action) action();
}

DaemonSignals::DaemonSignals(std::stop_source& stop, HangupAction& hangup)
    : thread_([this, &stop, &hangup](std::stop_token ended) {
        while (const auto signal = queue_.wait(ended)) {
          if (*signal == os::DaemonSignal::terminate)
            stop.request_stop();
          else
            hangup.run();
        }
      }) {}

}  // namespace holdfast::apps

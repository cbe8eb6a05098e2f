// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "director/active_job.h"

namespace holdfast::director {

/// Cancels jobs whose time is up (interop 08, section 10); looks once a minute, on a thread of its own.
class Watchdog {
 public:
  using Jobs = std::function<std::vector<std::shared_ptr<ActiveJob>>()>;
  using Cancel = std::function<void(ActiveJob&)>;

  Watchdog(const Clock& clock, Jobs jobs, Cancel cancel);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Looks now, on the thread that calls.
  void look();

 private:
  /// How long a job has waited, as far as was seen.
  struct Wait {
    std::chrono::microseconds so_far{};
    Instant looked{};
    bool was_waiting = false;
  };
  using Waits = std::map<JobId, Wait>;

  void check(ActiveJob& job, Wait& wait, Instant now);

  const Clock& clock_;
  Jobs jobs_;
  Cancel cancel_;
  Guarded<Waits> waits_;
  std::jthread thread_;
};

/// Why the job, about to run on the thread that calls, must not; empty where it may.
std::optional<std::string_view> too_late_to_start(const ActiveJob& job, Instant now);

}  // namespace holdfast::director

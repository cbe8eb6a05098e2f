// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/guarded.h"
#include "base/job_codes.h"
#include "director/errands.h"
#include "jobs/scheduler.h"

namespace holdfast::director {

/// Starts the jobs whose time has come. One that its catalog cannot take is started as soon as it can, however late; those
/// of other catalogs do not wait for that. Each run of a schedule that waits does so once: when it is due again
/// meanwhile, that is one start. Used by one thread at a time.
class ScheduledStarts {
 public:
  using Configuration = std::shared_ptr<const config::DirectorConfiguration>;
  /// Makes a job of it, without waiting for a catalog that is away. Throws Error.
  using Start = std::function<void(const jobs::ScheduledRun&, const Configuration&)>;
  using Say = std::function<void(MessageType, std::string_view)>;

  /// `errands` outlives it, and ends before it.
  ScheduledStarts(Start start, Say say, Errands& errands);

  void start(const jobs::ScheduledRun& run, const Configuration& configuration);

 private:
  struct Waiting {
    Configuration configuration;
    jobs::ScheduledRun run;
    std::string catalog;
  };

  /// What keeps the job from being started now; nothing where it was started, or never will be, which was told.
  std::optional<std::string> obstacle_to(const Waiting& wanted);
  void wait_for_catalog(Waiting wanted, std::string_view why);

  Start start_;
  Say say_;
  Errands& errands_;
  Guarded<std::vector<Waiting>> waiting_;
};

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "config/storage_resources.h"
#include "storage/storage_job.h"
#include "volumes/reservation.h"

namespace holdfast::storage {

/// Samples of what devices and jobs do, kept until a Director fetches them (interop 03, section 13.3). A Director that never
/// does costs no memory without bounds: the oldest samples go. Any thread.
class Statistics {
 public:
  Statistics(volumes::DevicePool& devices, JobTable& jobs, const Clock& clock)
      : devices_(devices), jobs_(jobs), clock_(clock) {}

  /// One of each device and running job, as far as the resources want it.
  void sample(const config::StorageConfiguration& configuration);
  /// The lines since the last time, oldest first.
  std::vector<std::string> take();

 private:
  void keep(std::string line);
  void sample(volumes::StorageDevice& device, std::int64_t now);

  volumes::DevicePool& devices_;
  JobTable& jobs_;
  const Clock& clock_;
  Guarded<std::deque<std::string>> lines_;
};

}  // namespace holdfast::storage

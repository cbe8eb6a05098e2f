// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/ids.h"

namespace holdfast::volumes {

class StorageDevice;

/// Which jobs wait for which devices, and why; and whether they would wait for ever. Any thread.
class WaitingJobs {
 public:
  struct Wait {
    std::string job;  ///< unique name
    std::vector<std::string> reasons;
    std::vector<const StorageDevice*> devices;  ///< any one of which would do
  };
  enum class Outlook { good, deadlock };
  /// Notes or renews a wait. Deadlock: all devices it could have are held by jobs that, in the end, wait for this one; then
  /// nothing is noted.
  Outlook note(JobId id, Wait wait);
  void forget(JobId id);

  /// By job.
  std::vector<std::string> reasons() const;
  std::size_t count() const;

 private:
  using Waits = std::map<JobId, Wait>;
  static bool can_go_on(const Waits& waits, const std::string& job);

  Guarded<Waits> waits_;
};

}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/waiting_jobs.h"

#include <algorithm>

#include "volumes/storage_device.h"

namespace holdfast::volumes {

/// Whoever does not wait ends some day; and so, then, does who waits only for such jobs.
bool WaitingJobs::can_go_on(const Waits& waits, const std::string& job) {
  std::set<std::string> stuck;
  for (const auto& [id, wait] : waits) stuck.insert(wait.job);
  // A job that just got the device it waited for holds it before it is forgotten here.
  const auto will_be_free = [&](const StorageDevice* device, const std::string& for_job) {
    const auto holders = device->state().jobs;
    return std::none_of(holders.begin(), holders.end(),
                        [&](const auto& holder) { return holder != for_job && stuck.contains(holder); });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [id, wait] : waits) {
      const std::string& waiting = wait.job;
      if (!stuck.contains(waiting)) continue;
      const bool has_hope = std::any_of(wait.devices.begin(), wait.devices.end(),
                                        [&](const auto* device) { return will_be_free(device, waiting); });
      if (!has_hope) continue;
      stuck.erase(waiting);
      changed = true;
    }
  }
  return !stuck.contains(job);
}

WaitingJobs::Outlook WaitingJobs::note(JobId id, Wait wait) {
  return waits_.with([&](Waits& waits) {
    const auto job = wait.job;
    waits[id] = std::move(wait);
    if (job.empty() || can_go_on(waits, job)) return Outlook::good;
    waits.erase(id);
    return Outlook::deadlock;
  });
}

void WaitingJobs::forget(JobId id) {
  waits_.with([&](Waits& waits) { waits.erase(id); });
}

std::vector<std::string> WaitingJobs::reasons() const {
  return waits_.read([](const Waits& waits) {
    std::vector<std::string> lines;
    for (const auto& [id, wait] : waits) lines.insert(lines.end(), wait.reasons.begin(), wait.reasons.end());
    return lines;
  });
}

std::size_t WaitingJobs::count() const {
  return waits_.read([](const Waits& waits) { return waits.size(); });
}

}  // namespace holdfast::volumes

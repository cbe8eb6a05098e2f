// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/waiting_jobs.h"

#include <algorithm>
#include <set>

#include "volumes/storage_device.h"

namespace holdfast::volumes {
namespace {

using Wait = WaitingJobs::Wait;

/// The device, or the volume in it, will be there for that wait when all but `stuck` jobs have ended. A job that just got
/// the device it waited for holds it before it leaves its place.
bool will_be_free(const StorageDevice& device, const Wait& wait, const std::multiset<std::string>& stuck) {
  const auto state = device.state();
  const bool is_let_go = state.volume != wait.volume || !state.is_volume_needed();
  if (!wait.volume.empty() && is_let_go) return true;
  return std::none_of(state.jobs.begin(), state.jobs.end(), [&](const std::string& holder) {
    return holder != wait.job && stuck.contains(holder);
  });
}

}  // namespace

/// Whoever does not wait ends some day; and so, then, does who waits only for such jobs.
bool WaitingJobs::can_go_on(const std::map<std::uint64_t, Wait>& waits, const std::string& job) {
  std::vector<const Wait*> hopeless;
  std::multiset<std::string> stuck;
  for (const auto& [number, wait] : waits) {
    hopeless.push_back(&wait);
    stuck.insert(wait.job);
  }
  const auto has_hope = [&](const Wait* wait) {
    const bool found = std::any_of(wait->devices.begin(), wait->devices.end(),
                                   [&](const auto* device) { return will_be_free(*device, *wait, stuck); });
    if (found) stuck.erase(stuck.find(wait->job));
    return found;
  };
  while (std::erase_if(hopeless, has_hope) > 0) {
  }
  return !stuck.contains(job);
}

WaitingJobs::Place::Place(WaitingJobs& all)
    : all_(all), number_(all.state_.with([](State& state) { return ++state.last_number; })) {}

WaitingJobs::Place::~Place() {
  all_.state_.with([&](State& state) { state.waits.erase(number_); });
}

WaitingJobs::Outlook WaitingJobs::Place::note(Wait wait) {
  return all_.state_.with([&](State& state) {
    const auto job = wait.job;
    state.waits[number_] = std::move(wait);
    if (job.empty() || can_go_on(state.waits, job)) return Outlook::good;
    state.waits.erase(number_);
    return Outlook::deadlock;
  });
}

std::vector<std::string> WaitingJobs::reasons() const {
  return state_.read([](const State& state) {
    std::vector<std::string> lines;
    for (const auto& [number, wait] : state.waits)
      lines.insert(lines.end(), wait.reasons.begin(), wait.reasons.end());
    return lines;
  });
}

}  // namespace holdfast::volumes

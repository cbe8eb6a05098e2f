// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/job_registry.h"

#include <algorithm>

namespace holdfast::client {

JobRegistry::Entry::Entry(JobRegistry& registry, std::shared_ptr<JobRecord> record)
    : registry_(registry), record_(std::move(record)) {
  registry_.state_.with([&](State& state) { state.running.push_back(record_); });
}

JobRegistry::Entry::~Entry() {
  registry_.state_.with([&](State& state) { state.running.remove(record_); });
}

std::vector<std::shared_ptr<JobRecord>> JobRegistry::running() const {
  return state_.read([](const State& state) {
    return std::vector<std::shared_ptr<JobRecord>>(state.running.begin(), state.running.end());
  });
}

std::shared_ptr<JobRecord> JobRegistry::find(std::string_view job) const {
  for (const auto& record : running()) {
    if (record->identity.read([job](const JobRecord::Identity& identity) { return identity.name == job; }))
      return record;
  }
  return nullptr;
}

bool JobRegistry::begin(JobRecord& record, JobRecord::Identity identity, std::size_t limit) {
  const auto has_job = [&record](const std::shared_ptr<JobRecord>& other) {
    return other.get() != &record &&
           other->identity.read([](const JobRecord::Identity& known) { return static_cast<bool>(known.id); });
  };
  // Under the lock, so that of two that begin at once only one gets the last place.
  return state_.with([&](State& state) {
    const auto others = std::count_if(state.running.begin(), state.running.end(), has_job);
    if (static_cast<std::size_t>(others) >= limit) return false;
    record.identity.with([&](JobRecord::Identity& own) { own = std::move(identity); });
    return true;
  });
}

void JobRegistry::terminated(TerminatedJob job) {
  state_.with([&](State& state) {
    ++state.jobs_run;
    state.terminated.push_back(std::move(job));
    if (state.terminated.size() > remembered) state.terminated.pop_front();
  });
}

std::vector<TerminatedJob> JobRegistry::last_jobs() const {
  return state_.read([](const State& state) {
    return std::vector<TerminatedJob>(state.terminated.begin(), state.terminated.end());
  });
}

std::uint64_t JobRegistry::jobs_run() const {
  return state_.read([](const State& state) { return state.jobs_run; });
}

}  // namespace holdfast::client

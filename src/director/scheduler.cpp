// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/scheduler.h"

#include <array>

namespace holdfast::director {
namespace {

/// Less than a run may be late: a clock that was set forward to just before one is noticed in time.
constexpr std::chrono::seconds longest_pause{30};
/// How far back the moments of jobs are known one by one; a run is never late by more.
constexpr std::chrono::hours known_back{1};

}  // namespace

SchedulerThread::SchedulerThread(const Clock& clock, Configuration configuration, jobs::Scheduler::Past past,
                                 Start start)
    : clock_(clock),
      start_(std::move(start)),
      state_(State{jobs::Scheduler(std::move(configuration), std::move(past), now())}) {
  thread_ = std::jthread([this](std::stop_token stop) { keep(std::move(stop)); });
}

void SchedulerThread::reload(Configuration configuration) {
  state_.with([&](State& state) {
    start_due(state);
    state.scheduler.reload(std::move(configuration), now());
    state.is_changed = true;
  });
}

void SchedulerThread::start_what_is_due() {
  state_.with([&](State& state) { start_due(state); });
}

// Under the lock, so that who calls start_what_is_due() finds the jobs started, whichever thread does it.
void SchedulerThread::start_due(State& state) {
  const Configuration configuration = state.scheduler.configuration();
  for (const jobs::ScheduledRun& run : state.scheduler.due(now())) start_(run, configuration);
}

std::chrono::nanoseconds SchedulerThread::pause() const {
  const auto next = state_.read([](const State& state) { return state.scheduler.next(); });
  if (!next) return longest_pause;
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*next - clock_.now());
  return std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds(1), longest_pause);
}

void SchedulerThread::keep(std::stop_token stop) {
  while (!stop.stop_requested()) {
    start_what_is_due();
    state_.wait_for(
        stop, pause(), [](const State& state) { return state.is_changed; },
        [](State& state) { state.is_changed = false; });
  }
}

void add_started(jobs::Scheduler::Started& started, catalog::Catalog& catalog, jobs::Moment now) {
  const auto add = [&](const catalog::ResultRow& row) {
    if (const auto when = catalog::parse_moment(row.text(1))) started[std::string(row.text(0))].insert(*when);
    return true;
  };
  const std::string recent = catalog::to_text(now - known_back);
  const std::string present = catalog::to_text(now);
  catalog.queries().query("SELECT Name, SchedTime FROM Job WHERE SchedTime >= ?1",
                          std::array<catalog::SqlValue, 1>{std::string_view(recent)}, add);
  catalog.queries().query("SELECT Name, MAX(SchedTime) FROM Job WHERE SchedTime <= ?1 GROUP BY Name",
                          std::array<catalog::SqlValue, 1>{std::string_view(present)}, add);
}

catalog::ScheduledSince keep_schedules(catalog::Catalog& catalog,
                                       const config::DirectorConfiguration& configuration,
                                       const Clock& clock) {
  return catalog.schedules().keep(jobs::scheduled_times(configuration),
                                  std::chrono::floor<seconds>(clock.now()));
}

}  // namespace holdfast::director

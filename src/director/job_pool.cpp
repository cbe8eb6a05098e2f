// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_pool.h"

namespace holdfast::director {
namespace {

constexpr std::size_t remembered_jobs = 10;
/// How often jobs that wait for a time of day are looked at.
constexpr std::chrono::seconds pause{1};

jobs::QueueEntry queue_entry(const ActiveJob& job) {
  const JobPlan& plan = job.plan;
  jobs::QueueEntry entry;
  entry.id = job.id;
  entry.priority = plan.priority;
  entry.allows_mixed_priority = plan.resource->allow_mixed_priority;
  entry.not_before = job.row.scheduled;
  entry.job = plan.resource->name;
  if (plan.client != nullptr && job.type != JobType::admin) entry.client = plan.client->name;
  if (plan.storage.resource != nullptr) entry.storage = plan.storage.resource->name;
  return entry;
}

}  // namespace

JobPool::JobPool(const Clock& clock, Limits limits, Run run)
    : clock_(clock), limits_(std::move(limits)), run_(std::move(run)) {
  manager_ = std::jthread([this](std::stop_token stop) { manage(std::move(stop)); });
}

JobPool::~JobPool() {
  manager_.request_stop();
  manager_.join();
  for (const auto& job : all()) job->stop.request_stop();
  threads_.clear();
}

void JobPool::add(std::shared_ptr<ActiveJob> job) {
  state_.with([&](State& state) {
    Entry entry{job, queue_entry(*job), false};
    state.jobs.emplace(job->id, std::move(entry));
    state.has_news = true;
  });
}

std::shared_ptr<ActiveJob> JobPool::find(JobId job) const {
  return state_.read([&](const State& state) -> std::shared_ptr<ActiveJob> {
    const auto found = state.jobs.find(job);
    return found == state.jobs.end() ? nullptr : found->second.job;
  });
}

std::vector<std::shared_ptr<ActiveJob>> JobPool::all() const {
  return state_.read([](const State& state) {
    std::vector<std::shared_ptr<ActiveJob>> jobs;
    for (const auto& [id, entry] : state.jobs) jobs.push_back(entry.job);
    return jobs;
  });
}

bool JobPool::is_running(JobId job) const {
  return state_.read([&](const State& state) {
    const auto found = state.jobs.find(job);
    return found != state.jobs.end() && found->second.runs;
  });
}

std::size_t JobPool::jobs_run() const {
  return state_.read([](const State& state) { return state.jobs_run; });
}

std::vector<console::TerminatedJob> JobPool::terminated() const {
  return state_.read([](const State& state) {
    return std::vector<console::TerminatedJob>(state.terminated.begin(), state.terminated.end());
  });
}

void JobPool::remember(std::vector<console::TerminatedJob> remembered) {
  state_.with([&](State& state) { state.terminated.assign(remembered.begin(), remembered.end()); });
}

bool JobPool::wait_for_end(JobId job, std::stop_token stop) {
  return state_.wait(
      std::move(stop),
      [&](const State& state) { return job ? !state.jobs.contains(job) : state.jobs.empty(); },
      [](State&) {});
}

void JobPool::look_again() {
  state_.with([](State& state) { state.has_news = true; });
}

void JobPool::manage(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::vector<JobId> over;
    const auto has_news = [](const State& state) { return state.has_news; };
    state_.wait_for(stop, pause, has_news, [&](State& state) {
      state.has_news = false;
      over.swap(state.over);
    });
    for (const JobId job : over) threads_.erase(job);
    if (stop.stop_requested()) return;
    for (auto& job : state_.with([&](State& state) { return start_what_may(state); })) start(std::move(job));
  }
}

std::vector<std::shared_ptr<ActiveJob>> JobPool::start_what_may(State& state) {
  std::vector<jobs::QueueEntry> waiting, running;
  std::vector<std::shared_ptr<ActiveJob>> starting;
  for (auto& [id, entry] : state.jobs) {
    // A job that was cancelled in the queue needs no turn: it only writes its report.
    if (!entry.runs && entry.job->is_cancelled()) {
      entry.runs = true;
      starting.push_back(entry.job);
    } else {
      (entry.runs ? running : waiting).push_back(entry.queue);
    }
  }
  if (waiting.empty()) return starting;
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  for (const auto& decision : jobs::decide_queue(std::move(waiting), std::move(running), limits_(), now)) {
    Entry& entry = state.jobs.at(decision.id);
    if (decision.waits_for) {
      entry.job->set_status(*decision.waits_for);
    } else {
      entry.runs = true;
      starting.push_back(entry.job);
    }
  }
  return starting;
}

void JobPool::start(std::shared_ptr<ActiveJob> job) {
  const JobId id = job->id;
  threads_[id] = std::jthread([this, job = std::move(job)] {
    run_(*job);
    ended(*job);
  });
}

void JobPool::ended(ActiveJob& job) {
  console::TerminatedJob summary;
  summary.id = job.id;
  summary.unique_name = job.name;
  summary.type = job.type;
  summary.level = job.level;
  summary.status = job.row.status;
  summary.files = job.row.files;
  summary.bytes = job.row.bytes;
  summary.ended = job.row.ended.time_since_epoch().count();
  state_.with([&](State& state) {
    state.jobs.erase(job.id);
    state.over.push_back(job.id);
    state.terminated.push_back(std::move(summary));
    if (state.terminated.size() > remembered_jobs) state.terminated.pop_front();
    ++state.jobs_run;
    state.has_news = true;
  });
}

}  // namespace holdfast::director

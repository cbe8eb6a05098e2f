// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_pool.h"

#include <algorithm>

namespace holdfast::director {
namespace {

constexpr std::size_t remembered_jobs = 10;
/// How often jobs that wait for a time of day are looked at: the clock may be set.
constexpr std::chrono::seconds longest_pause{30};

bool counts_for_client(JobType type) {
  return type != JobType::admin && type != JobType::copy && type != JobType::migrate &&
         type != JobType::consolidate;
}

/// Copy, migration and consolidation jobs that only start others move no data.
bool moves_data(const ActiveJob& job) {
  if (counts_for_client(job.type)) return true;
  return job.plan.copy && job.plan.copy->source.id;
}

jobs::QueueEntry queue_entry(const ActiveJob& job) {
  const JobPlan& plan = job.plan;
  const config::Job& limiting = plan.request.queues_as != nullptr ? *plan.request.queues_as : *plan.resource;
  jobs::QueueEntry entry;
  entry.id = job.id;
  entry.priority = plan.priority;
  entry.allows_mixed_priority = limiting.allow_mixed_priority;
  entry.not_before = job.row.scheduled;
  entry.job = limiting.name;
  if (plan.client != nullptr && counts_for_client(job.type)) entry.client = plan.client->name;
  if (!moves_data(job)) return entry;
  if (plan.storage.resource != nullptr) entry.write_storage = plan.storage.resource->name;
  if (plan.copy && plan.copy->read_storage.resource != nullptr)
    entry.read_storage = plan.copy->read_storage.resource->name;
  return entry;
}

template <typename Resources>
jobs::QueueLimits::ByName limits_of(const Resources& resources) {
  jobs::QueueLimits::ByName limits;
  for (const auto& resource : resources) limits[resource.name] = resource.maximum_concurrent_jobs;
  return limits;
}

}  // namespace

jobs::QueueLimits queue_limits(const config::DirectorConfiguration& configuration) {
  return {configuration.director().maximum_concurrent_jobs, limits_of(configuration.jobs),
          limits_of(configuration.clients), limits_of(configuration.storages)};
}

JobPool::JobPool(const Clock& clock, jobs::QueueLimits limits, Run run)
    : clock_(clock), run_(std::move(run)) {
  set_limits(std::move(limits));
  manager_ = std::jthread([this](std::stop_token stop) { manage(std::move(stop)); });
}

JobPool::~JobPool() {
  manager_.request_stop();
  manager_.join();
  for (const auto& job : all()) job->stop.request_stop();
  threads_.clear();
}

void JobPool::set_limits(jobs::QueueLimits limits) {
  state_.with([&](State& state) {
    state.queue.set_limits(std::move(limits));
    state.has_news = true;
  });
}

void JobPool::note_due(ActiveJob& job) const {
  if (!job.due) job.due = jobs::due_now(job.row.scheduled, job.plan.made, clock_);
}

void JobPool::add_to(State& state, std::shared_ptr<ActiveJob> job) const {
  if (job->is_cancelled())
    state.starting.push_back(job);
  else
    state.queue.add(queue_entry(*job));
  const JobId id = job->id;
  const bool runs = job->is_cancelled();
  if (job->row.scheduled <= clock_.now()) note_due(*job);
  state.jobs.insert_or_assign(id, Entry{std::move(job), runs});
  state.has_news = true;
}

void JobPool::add(std::shared_ptr<ActiveJob> job) {
  const auto wait = job->row.scheduled - std::chrono::floor<seconds>(clock_.now());
  if (wait > seconds(0) && !job->is_cancelled())
    job->log->add(MessageType::info, fmt::format("Job {} waiting {} seconds for scheduled start time.\n",
                                                 job->name, wait.count()));
  state_.with([&](State& state) { add_to(state, std::move(job)); });
}

void JobPool::look_again() {
  state_.with([](State& state) { state.has_news = true; });
}

void JobPool::give_up_waiting(JobId job) {
  state_.with([&](State& state) {
    const auto found = state.jobs.find(job);
    if (found == state.jobs.end() || found->second.runs) return;
    found->second.runs = true;
    state.queue.remove(job);
    state.starting.push_back(found->second.job);
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

std::chrono::nanoseconds JobPool::pause() const {
  const auto next = state_.read([](const State& state) { return state.queue.next_start(); });
  if (!next) return std::chrono::hours(1);
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*next - clock_.now());
  return std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds(1), longest_pause);
}

void JobPool::manage(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::vector<ThreadNumber> over;
    const auto has_news = [](const State& state) { return state.has_news; };
    state_.wait_for(stop, pause(), has_news, [&](State& state) {
      state.has_news = false;
      over.swap(state.over);
    });
    for (const ThreadNumber thread : over) threads_.erase(thread);
    if (stop.stop_requested()) return;
    for (auto& job : state_.with([&](State& state) { return start_what_may(state); })) start(std::move(job));
  }
}

std::vector<std::shared_ptr<ActiveJob>> JobPool::start_what_may(State& state) {
  std::vector<std::shared_ptr<ActiveJob>> starting;
  starting.swap(state.starting);
  for (const auto& change : state.queue.scan(std::chrono::floor<std::chrono::seconds>(clock_.now()))) {
    Entry& entry = state.jobs.at(change.job);
    if (change.waits_for != JobStatus::waiting_for_start_time) note_due(*entry.job);
    if (change.waits_for) {
      entry.job->set_status(*change.waits_for);
    } else {
      entry.runs = true;
      starting.push_back(entry.job);
    }
  }
  return starting;
}

void JobPool::start(std::shared_ptr<ActiveJob> job) {
  const ThreadNumber number = next_thread_++;
  threads_[number] = std::jthread([this, number, job = std::move(job)] {
    auto again = run_(*job);
    ended(*job, std::move(again), number);
  });
}

void JobPool::ended(ActiveJob& job, std::shared_ptr<ActiveJob> again, ThreadNumber thread) {
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
    state.queue.remove(job.id);
    state.jobs.erase(job.id);
    if (again) add_to(state, std::move(again));
    state.over.push_back(thread);
    state.terminated.push_back(std::move(summary));
    if (state.terminated.size() > remembered_jobs) state.terminated.pop_front();
    ++state.jobs_run;
    state.has_news = true;
  });
}

}  // namespace holdfast::director

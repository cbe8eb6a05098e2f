// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/storage_job.h"

#include "base/error.h"

namespace holdfast::storage {
namespace {

constexpr std::size_t remembered_jobs = 10;

}  // namespace

StorageJob::Progress StorageJob::progress() const {
  return shared_.read([](const Shared& shared) { return shared.progress; });
}

bool StorageJob::change_status(JobStatus status) {
  return shared_.with([&](Shared& shared) {
    const auto before = shared.progress.status;
    shared.progress.status = merged(before, status);
    return shared.progress.status != before;
  });
}

bool StorageJob::deliver(std::unique_ptr<transport::Channel> data_channel) {
  return shared_.with([&](Shared& shared) {
    if (std::exchange(shared.was_delivered, true)) return false;
    shared.data_channel = std::move(data_channel);
    shared.progress.has_client = true;
    return true;
  });
}

std::unique_ptr<transport::Channel> StorageJob::await_data_channel(std::chrono::seconds limit,
                                                                   const std::function<bool()>& is_given_up) {
  constexpr std::chrono::seconds step(1);
  std::unique_ptr<transport::Channel> channel;
  for (auto left = limit; left.count() > 0 && !channel && !is_cancelled() && !is_given_up(); left -= step) {
    shared_.wait_for(
        stop_.get_token(), step, [](const Shared& shared) { return shared.data_channel != nullptr; },
        [&](Shared& shared) { channel = std::move(shared.data_channel); });
  }
  return channel;
}

void StorageJob::cancel() {
  change_status(JobStatus::cancelled);
  stop_.request_stop();
}

VolumeSession JobTable::new_session() {
  return state_.with([&](State& state) { return VolumeSession{++state.sessions, session_time_}; });
}

JobTable::Entry::Entry(JobTable& table, StorageJob& job, const Clock& clock)
    : table_(table), job_(job), clock_(clock) {
  const bool is_new = table_.state_.with([&](State& state) {
    ++state.run;
    return state.running.emplace(job_.command().job, &job_).second;
  });
  if (!is_new) throw Error(ErrorKind::refused, "Job {} is running already", job_.command().job);
}

JobTable::Entry::~Entry() {
  const auto progress = job_.progress();
  const auto& command = job_.command();
  EndedJob ended{.id = command.job_id,
                 .type = command.type,
                 .level = command.level,
                 .name = command.job_name,
                 .status = progress.status,
                 .files = progress.files,
                 .bytes = progress.bytes,
                 .errors = progress.errors,
                 .ended = clock_.now()};
  table_.state_.with([&](State& state) {
    state.running.erase(command.job);
    state.ended.push_back(std::move(ended));
    if (state.ended.size() > remembered_jobs) state.ended.pop_front();
  });
}

std::vector<EndedJob> JobTable::ended() const {
  return state_.read([](const State& state) { return std::vector(state.ended.begin(), state.ended.end()); });
}

std::uint32_t JobTable::jobs_run() const {
  return state_.read([](const State& state) { return state.run; });
}

std::size_t JobTable::jobs_running() const {
  return state_.read([](const State& state) { return state.running.size(); });
}

}  // namespace holdfast::storage

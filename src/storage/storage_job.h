// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The Storage Daemon's side of all conversations: Directors and their jobs, File Daemons sending and
// receiving data, the console's commands for devices, the status report. What happens on devices is the
// business of volumes.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/job_codes.h"
#include "transport/channel.h"
#include "volumes/data_spool.h"
#include "wire/director_to_storage.h"

namespace holdfast::storage {

/// A job as all threads of the daemon may see it. It lives as long as the Director's connection for it.
class StorageJob {
 public:
  StorageJob(wire::StorageJobCommand command, VolumeSession session, std::string key, Time started)
      : command_(std::move(command)), session_(session), key_(std::move(key)), started_(started) {}

  const wire::StorageJobCommand& command() const { return command_; }
  VolumeSession session() const { return session_; }
  const std::string& key() const { return key_; }
  Time started() const { return started_; }

  struct Progress {
    JobStatus status = JobStatus::created;
    std::uint32_t files = 0;
    std::uint64_t bytes = 0;
    std::uint32_t errors = 0;
    std::string device;       ///< print name; empty: none yet
    std::string device_name;  ///< of its resource
    std::string volume;
    std::string pool;
    bool is_writing = false;
    bool has_client = false;
    volumes::SpoolStage spooling = volumes::SpoolStage::none;
  };
  Progress progress() const;
  /// Changes what progress() shows.
  template <typename Change>
  void update(Change&& change) {
    shared_.with([&](Shared& shared) { change(shared.progress); });
  }
  /// Whether the status became another one.
  bool change_status(JobStatus status);

  /// The client, or the other Storage Daemon, has connected and is authenticated. False when one has before.
  bool deliver(std::unique_ptr<transport::Channel> data_channel);
  /// Waits for deliver(); nothing after `limit`, when the job is cancelled, or when `is_given_up`, which is asked once
  /// a second, says that nobody needs it any more.
  std::unique_ptr<transport::Channel> await_data_channel(std::chrono::seconds limit,
                                                         const std::function<bool()>& is_given_up);

  /// Wakes everything the job waits for, and hangs up on the client.
  void cancel();
  std::stop_token stop_token() const { return stop_.get_token(); }
  bool is_cancelled() const { return stop_.stop_requested(); }

  /// While it exists, cancel() interrupts the channel.
  class Interruptible {
   public:
    Interruptible(StorageJob& job, transport::Channel& channel)
        : wake_(job.stop_token(), [&channel] { channel.interrupt(); }) {}

   private:
    std::stop_callback<std::function<void()>> wake_;
  };

 private:
  struct Shared {
    Progress progress;
    bool was_delivered = false;
    std::unique_ptr<transport::Channel> data_channel;
  };
  const wire::StorageJobCommand command_;
  const VolumeSession session_;
  const std::string key_;
  const Time started_;
  std::stop_source stop_;
  Guarded<Shared> shared_;
};

/// What is remembered of a job that ended.
struct EndedJob {
  JobId id;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::full;
  std::string name;  ///< of the resource
  JobStatus status = JobStatus::terminated;
  std::uint32_t files = 0;
  std::uint64_t bytes = 0;
  std::uint32_t errors = 0;
  Time ended;
};

/// The jobs of the daemon, those that run and the last that ended. Any thread.
class JobTable {
 public:
  explicit JobTable(std::uint32_t session_time) : session_time_(session_time) {}

  VolumeSession new_session();
  std::uint32_t session_time() const { return session_time_; }

  /// Keeps the job in the table as long as it exists; then the job counts as ended.
  class Entry {
   public:
    Entry(JobTable& table, StorageJob& job, const Clock& clock);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    JobTable& table_;
    StorageJob& job_;
    const Clock& clock_;
  };

  /// Runs `action` on the running job of that unique name, which cannot end meanwhile. False: there is none.
  template <typename Action>
  bool with_job(std::string_view name, Action&& action) const {
    return state_.read([&](const State& state) {
      const auto found = state.running.find(name);
      if (found == state.running.end()) return false;
      action(*found->second);
      return true;
    });
  }
  /// In the order of their ids.
  template <typename Action>
  void for_each(Action&& action) const {
    state_.read([&](const State& state) {
      std::map<JobId, StorageJob*> by_id;
      for (const auto& [name, job] : state.running) by_id[job->command().job_id] = job;
      for (const auto& [id, job] : by_id) action(*job);
    });
  }
  /// Oldest first, at most ten.
  std::vector<EndedJob> ended() const;
  std::uint32_t jobs_run() const;

  /// What the jobs spool, and have spooled.
  volumes::SpoolCounters& data_spooling() { return data_spooling_; }
  volumes::SpoolCounters& attribute_spooling() { return attribute_spooling_; }
  std::size_t jobs_running() const;

 private:
  struct State {
    std::map<std::string, StorageJob*, std::less<>> running;
    std::deque<EndedJob> ended;
    std::uint32_t sessions = 0;
    std::uint32_t run = 0;
  };
  const std::uint32_t session_time_;
  Guarded<State> state_;
  volumes::SpoolCounters data_spooling_;
  volumes::SpoolCounters attribute_spooling_;
};

}  // namespace holdfast::storage

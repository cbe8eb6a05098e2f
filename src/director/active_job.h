// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/guarded.h"
#include "catalog/catalog.h"
#include "config/director_resources.h"
#include "director/console/services.h"
#include "director/copy_plan.h"
#include "director/job_log.h"
#include "jobs/selection.h"
#include "jobs/timers.h"

namespace holdfast::director {

using catalog::Moment;

/// What was decided about a job before it was queued. The pointers are into `configuration`.
struct JobPlan {
  std::shared_ptr<const config::DirectorConfiguration> configuration;
  const config::Job* resource = nullptr;
  const config::Client* client = nullptr;
  const config::FileSet* fileset = nullptr;
  jobs::Chosen<config::Pool> pool;
  jobs::Chosen<config::Storage> storage;
  jobs::Chosen<config::Catalog> catalog;
  console::RunRequest request;
  std::uint32_t priority = 10;
  bool accurate = false;
  bool spool_data = false;
  seconds max_run_sched_time{};  ///< 0: no limit
  jobs::Made made{};             ///< the first time, where it was rescheduled
  std::uint32_t reschedules = 0;
  Moment since{};            ///< reference time of an Incremental or Differential
  std::string previous_job;  ///< unique name of the job whose start it is
  std::string since_text;    ///< for the report
  std::string fileset_key;   ///< "**Dummy**" where there is none
  Moment fileset_created{};
  std::string client_system;  ///< what the client told last time
  catalog::CatalogOpener open_catalog;
  catalog::CatalogOpener open_catalog_at_once;  ///< the same, without waiting for a server that is away
  std::optional<CopyPlan> copy;                 ///< of jobs that read volumes and write others
};

/// A job from its setup to its end. The plan does not change; the row belongs to the thread that runs the job;
/// everything else may be used by any thread.
struct ActiveJob {
  /// With whom there is a conversation, so that a cancel knows whom to tell.
  struct TalksTo {
    bool client = false;
    const config::Storage* storage = nullptr;
  };

  /// How the job stands, for listings and for those who wait.
  struct State {
    JobStatus status = JobStatus::created;
    std::optional<JobStatus> client_status;
    std::optional<JobStatus> storage_status;
    std::uint64_t files = 0;  ///< catalogued so far, or finally saved
    std::uint64_t bytes = 0;
    Moment started{};
    std::string volumes;             ///< written to, separated by '|'; known when the job ends
    std::optional<Instant> began{};  ///< see declare_started()
    TalksTo talks_to;
  };

  ActiveJob(JobPlan job_plan, catalog::JobRow job_row, std::unique_ptr<JobLog> job_log)
      : plan(std::move(job_plan)),
        id(job_row.id),
        name(job_row.job),
        type(job_row.type),
        level(job_row.level),
        row(std::move(job_row)),
        log(std::move(job_log)) {}

  JobStatus status() const {
    return state.read([](const State& s) { return s.status; });
  }
  /// A stronger status that stands already stays (interop 08, section 1.3).
  void set_status(JobStatus status) {
    state.with([&](State& s) { s.status = merged(s.status, status); });
  }
  /// The job that files and pieces of volumes belong to: this one, or the copy that it makes.
  JobId writes_for() const { return plan.copy && plan.copy->result.id ? plan.copy->result.id : id; }
  /// Its real work begins: from here on the time it may run counts (interop 08, section 10).
  void declare_started(Instant now) {
    state.with([&](State& s) { s.began = now; });
  }
  bool is_cancelled() const { return stop.stop_requested(); }
  /// The job cannot go on; `text` says why.
  void fail(std::string_view text) {
    log->add(MessageType::fatal, text);
    set_status(JobStatus::fatal);
  }

  const JobPlan plan;
  const JobId id;
  const std::string name;  ///< the unique one
  const JobType type;
  const JobLevel level;
  catalog::JobRow row;
  std::optional<jobs::Due> due{};  ///< set by the pool before the thread of the job begins; that may read it
  std::uint64_t quota_left = 0;    ///< bytes that the client may still store; 0: no limit
  const std::unique_ptr<JobLog> log;
  Guarded<State> state;
  std::stop_source stop;  ///< requested by cancel
};

}  // namespace holdfast::director

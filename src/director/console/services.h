// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/job_codes.h"
#include "catalog/catalog.h"
#include "config/director_resources.h"
#include "config/load.h"
#include "transport/connect.h"

namespace holdfast::director {
class BootstrapFile;
}

namespace holdfast::director::console {

/// Who wanted a job, as its report tells (interop 08, section 6).
enum class JobTrigger { unknown, scheduler, client, user };

/// What a console asks to be run: a Job resource and what replaces its settings. Pointers are into the
/// configuration that `configuration` keeps alive. What is not set is as the resource says.
struct RunRequest {
  std::shared_ptr<const config::DirectorConfiguration> configuration;
  const config::Job* job = nullptr;
  const config::Client* client = nullptr;
  const config::FileSet* file_set = nullptr;
  const config::Pool* pool = nullptr;
  const config::Pool* next_pool = nullptr;
  const config::Storage* storage = nullptr;
  const config::Catalog* catalog = nullptr;
  const config::Job* verify_job = nullptr;
  std::string pool_source;     ///< "Job resource", "command line", … as the report shows it
  std::string storage_source;  ///< likewise
  std::optional<JobLevel> level;
  std::optional<std::uint32_t> priority;
  std::optional<std::int64_t> when;   ///< Unix seconds
  std::optional<std::int64_t> since;  ///< Unix seconds
  std::optional<bool> spool_data;
  std::optional<bool> accurate;
  bool ignore_duplicates = false;
  bool is_clone = false;
  JobTrigger trigger = JobTrigger::user;
  /// The Run directive of the schedule that starts it: what it says counts where nothing else is set here.
  const config::ScheduleRun* run = nullptr;
  /// Whose MaximumConcurrentJobs and AllowMixedPriority count instead of the job's own: a Consolidate job's for those
  /// that it starts (interop 08, section 7).
  const config::Job* queues_as = nullptr;
  std::string comment;
  std::string plugin_options;
  std::string backup_format;
  std::string verify_list;

  // Restore.
  const config::Client* restore_client = nullptr;
  std::string bootstrap;  ///< path of the bootstrap file; empty for none
  /// Keeps the bootstrap file that was written for this job; it goes with the last who may run it.
  std::shared_ptr<const BootstrapFile> own_bootstrap;
  std::uint32_t expected_files = 0;
  std::optional<std::string> where;
  std::optional<std::string> regex_where;
  std::optional<config::Replace> replace;
  std::optional<bool> in_place;          ///< files that differ are changed where they lie (docs/adr/0411)
  std::optional<bool> delete_leftovers;  ///< what is not in the backup is deleted (docs/adr/0412)
  bool restores_all = false;             ///< every file that `job_ids` left, as far as the catalog knows
  std::vector<JobId> job_ids;            ///< jobid=: what to restore, verify, migrate or consolidate
};

/// A job that waits or runs.
struct RunningJob {
  JobId id;
  std::string unique_name;
  std::string name;  ///< of the Job resource
  std::string client;
  std::string storage;
  std::string comment;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  JobStatus status = JobStatus::created;
  std::int64_t started = 0;  ///< Unix seconds; when it was queued before it starts
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t files_expected = 0;  ///< 0 where nothing is known, as for bytes_expected
  std::uint64_t bytes_expected = 0;
  std::string waits_for;  ///< overrides the text of the status where the Storage Daemon told more
};

/// One of the jobs that ended since the Director started, or before and remembered.
struct TerminatedJob {
  JobId id;
  std::string unique_name;
  JobType type = JobType::backup;
  JobLevel level = JobLevel::none;
  JobStatus status = JobStatus::terminated;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::int64_t ended = 0;  ///< Unix seconds
};

/// A client that connected by itself and waits for jobs.
struct WaitingClient {
  std::string name;
  std::int64_t connected = 0;  ///< Unix seconds
  int protocol_version = 0;
};

/// What the Director runs on, as `version` and status headers tell it.
struct HostSystem {
  std::string name;          ///< "Debian GNU/Linux 12 (bookworm)"
  std::string distribution;  ///< "debian"
};

enum class Toggled { job, client, schedule, storage };

/// What console commands need of the running Director. Any thread; implemented by the Director, and by a
/// double in tests. Throws Error where something fails; the message is for the operator.
class Services {
 public:
  virtual ~Services() = default;

  virtual std::shared_ptr<const config::DirectorConfiguration> configuration() const = 0;
  /// Reads the configuration anew. False, and nothing changed, where it has errors.
  virtual bool reload() = 0;
  /// Reads and checks another configuration, a file or directory as of -c; the present one stays in use.
  virtual config::Loaded<config::DirectorConfiguration> load_configuration(const std::string& path) = 0;
  /// Deprecated settings and other warnings of the present configuration.
  virtual std::vector<std::string> configuration_warnings() const = 0;
  /// Whether it may be used: Enabled in the configuration, or as set since.
  virtual bool is_enabled(Toggled kind, std::string_view name) const = 0;
  /// Until the next reload.
  virtual void set_enabled(Toggled kind, std::string_view name, bool enabled) = 0;

  virtual std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog& resource) = 0;

  virtual HostSystem system() const = 0;
  virtual Time now() const = 0;
  virtual Time started() const = 0;
  virtual std::size_t jobs_run() const = 0;
  /// In order of JobId.
  virtual std::vector<RunningJob> running_jobs() const = 0;
  /// The last ten, oldest first.
  virtual std::vector<TerminatedJob> terminated_jobs() const = 0;
  virtual std::vector<WaitingClient> waiting_clients() = 0;

  /// Queues a job; it has its JobId at once.
  virtual JobId run(const RunRequest& request) = 0;
  /// Asks the job to end; what the daemons answer goes to `tell`, a line each. False where it is not running.
  virtual bool cancel(JobId job, const std::function<void(std::string_view)>& tell) = 0;
  /// Waits until `job` (all jobs where it is 0) has ended; false when `stop` was requested first.
  virtual bool wait_for_end(JobId job, std::stop_token stop) = 0;
  /// Lets the client count what a job would save; its lines, newline included, go to `tell`.
  virtual void estimate(const RunRequest& request, bool listing,
                        const std::function<void(std::string_view)>& tell) = 0;
  /// The volume on which the job would write next.
  virtual std::optional<std::string> next_volume(const config::Job& job, JobLevel level,
                                                 const config::Pool& pool,
                                                 const config::Storage* storage) = 0;

  /// While it is held no job chooses a volume: for whoever marks, moves or removes some. Not to be kept while a question
  /// waits for its answer or a daemon works: jobs wait.
  [[nodiscard]] virtual std::unique_lock<std::mutex> hold_volumes() = 0;

  /// A conversation as Director, for status and the like.
  virtual transport::Connected connect(const config::Client& client, std::stop_token stop) = 0;
  virtual transport::Connected connect(const config::Storage& storage, std::stop_token stop) = 0;

  virtual bool has_console_messages() const = 0;
  /// Takes all messages for the console; lines with their newlines.
  virtual std::vector<std::string> take_console_messages() = 0;
  /// A message of class audit.
  virtual void audit(std::string_view text) = 0;

  /// Where bootstrap files are written.
  virtual std::string working_directory() const = 0;
};

}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "config/load.h"
#include "director/catalog_rows.h"
#include "director/connector.h"
#include "director/console/services.h"
#include "director/console/session.h"
#include "director/console_messages.h"
#include "director/errands.h"
#include "director/job_pool.h"
#include "director/job_runner.h"
#include "director/job_setup.h"
#include "director/lent_catalogs.h"
#include "director/login_limit.h"
#include "director/scheduled_starts.h"
#include "director/scheduler.h"
#include "director/statistics.h"
#include "director/waiting_clients.h"
#include "director/watchdog.h"
#include "messages/daemon_messages.h"
#include "messages/outlets.h"
#include "os/pam.h"
#include "transport/server.h"

namespace holdfast::director {

/// What a Director is made of.
struct DirectorParts {
  std::shared_ptr<const config::DirectorConfiguration> configuration;
  std::vector<std::string> warnings;  ///< about the configuration
  /// Reads it again, for a reload; may be empty.
  std::function<config::Loaded<config::DirectorConfiguration>()> load_again;
  const Clock& clock;
  Connector& connector;
  std::string system;        ///< "Debian GNU/Linux 12 (bookworm)"
  std::string distribution;  ///< "debian"
  ConversationLimits limits;
  /// Opens a catalog; empty: as its resource says.
  std::function<std::unique_ptr<catalog::Catalog>(const config::Catalog&)> open_catalog;
  std::string configuration_source = {};  ///< what was read, for messages
  os::PamService pam = {};                ///< who decides about users of consoles with UsePamAuthentication
  std::chrono::milliseconds login_pause = std::chrono::seconds(2);  ///< after the first failure; then longer
  /// By which ages are measured; null: by `clock`. See jobs/retention_clock.h.
  const Clock* retention_clock = nullptr;
  /// Ends the program, soon; may be empty. Called by any thread, more than once perhaps.
  std::function<void()> end = {};
  /// After which what the catalog could not take is tried again.
  std::chrono::milliseconds between_tries = std::chrono::seconds(5);
  /// Reads another configuration, which a console named, without using it; may be empty. Throws Error where there is none.
  std::function<config::Loaded<config::DirectorConfiguration>(const std::string& path)> load_from = {};
};

/// A running Director: jobs, catalogs, messages. What consoles may ask of it is console::Services. Any
/// thread.
class Director final : public console::Services {
 public:
  /// Opens every catalog, marks what a crash interrupted as failed, writes the rows of the resources. Throws
  /// Error where a catalog cannot be used.
  explicit Director(DirectorParts parts);
  ~Director() override;

  /// Talks to a console until it goes, after a login by PAM where its resource wants one.
  void serve(transport::Peer peer, std::stop_token stop);
  /// Who may connect, by the present configuration.
  std::shared_ptr<const transport::AcceptSettings> accept_settings() const;
  /// Of the daemon itself, not of a job.
  void say(MessageType type, std::string_view text);
  /// What threads of its own do when a time has come; at once, for those who set the clock.
  void start_what_is_due();
  void check_times() { watchdog_.look(); }

  std::shared_ptr<const config::DirectorConfiguration> configuration() const override;
  bool reload() override;
  config::Loaded<config::DirectorConfiguration> load_configuration(const std::string& path) override;
  std::vector<std::string> configuration_warnings() const override;
  bool is_enabled(console::Toggled kind, std::string_view name) const override;
  void set_enabled(console::Toggled kind, std::string_view name, bool enabled) override;
  std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog& resource) override {
    return open_catalog(resource, Patience::as_configured);
  }
  console::HostSystem system() const override { return {parts_.system, parts_.distribution}; }
  Time now() const override { return parts_.clock.now(); }
  Time started() const override { return started_; }
  std::size_t jobs_run() const override { return jobs_.jobs_run(); }
  std::vector<console::RunningJob> running_jobs() const override;
  std::vector<console::TerminatedJob> terminated_jobs() const override { return jobs_.terminated(); }
  std::vector<console::WaitingClient> waiting_clients() override { return waiting_clients_.list(); }
  JobId run(const console::RunRequest& request) override { return run(request, Patience::as_configured); }
  bool cancel(JobId job, const std::function<void(std::string_view)>& tell) override;
  bool wait_for_end(JobId job, std::stop_token stop) override;
  void estimate(const console::RunRequest& request, bool listing,
                const std::function<void(std::string_view)>& tell) override;
  std::optional<std::string> next_volume(const config::Job& job, JobLevel level, const config::Pool& pool,
                                         const config::Storage* storage) override;
  std::unique_lock<std::mutex> hold_volumes() override { return std::unique_lock(volumes_.choosing); }
  transport::Connected connect(const config::Client& client, std::stop_token stop) override;
  transport::Connected connect(const config::Storage& storage, std::stop_token stop) override;
  bool has_console_messages() const override { return !console_messages_.is_empty(); }
  std::vector<std::string> take_console_messages() override { return console_messages_.take(); }
  void audit(std::string_view text) override;
  std::string working_directory() const override;

 private:
  struct Current {
    std::shared_ptr<const config::DirectorConfiguration> configuration;
    std::shared_ptr<const transport::AcceptSettings> accept;
    std::vector<std::string> warnings;
    std::map<std::pair<console::Toggled, std::string>, bool> toggled;
  };

  std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog& resource, Patience patience);
  void prepare_catalogs(jobs::Scheduler::Past& past);
  void fail_interrupted_jobs(catalog::Catalog& catalog);
  void remember_jobs(catalog::Catalog& catalog);
  void say_what_is_not_honoured();
  bool needs_pam(const transport::Peer& peer) const;
  /// Nothing where the login failed, which was told.
  std::optional<std::string> log_in_user(transport::Peer& peer, const std::stop_token& stop);
  void use_configuration(config::Loaded<config::DirectorConfiguration> loaded);
  void say_what_changed(const config::DirectorConfiguration& before,
                        const config::DirectorConfiguration& after);
  messages::OutletSettings outlet_settings() const;
  void send_messages_by(const std::shared_ptr<const config::DirectorConfiguration>& configuration);
  JobId run(const console::RunRequest& request, Patience patience);
  void start_scheduled(const jobs::ScheduledRun& run, const SchedulerThread::Configuration& configuration);
  void client_has_come(const std::string& client);
  JobId queue(std::shared_ptr<ActiveJob> job);
  std::optional<JobId> control_duplicates(ActiveJob& job);
  void start_clones(ActiveJob& job);
  std::shared_ptr<ActiveJob> run_to_the_end(ActiveJob& job);
  std::shared_ptr<ActiveJob> run_again(ActiveJob& job);
  /// `job`: to be run again where it says so, or null.
  void cancel_all();
  void end_late(LateEnd end, std::shared_ptr<ActiveJob> job = nullptr);
  void run_again_late(std::shared_ptr<ActiveJob> job);
  SetupSurroundings setup_surroundings();

  DirectorParts parts_;
  std::stop_source ending_;  ///< ends waiting for the database
  catalog::Outage outage_;   ///< of the database
  Time started_;
  Guarded<Current> current_;
  LentCatalogs log_catalogs_{
      [this](const config::Catalog& resource) { return open_catalog(resource, Patience::none); }};
  ConsoleMessages console_messages_;
  messages::Outlets outlets_;
  messages::DaemonMessages daemon_messages_;
  LoginLimit login_limit_;
  std::mutex reloading_;
  jobs::UniqueNames names_;
  VolumeDesk volumes_;
  std::mutex queueing_;  ///< two runs of a job see each other
  WaitingClients waiting_clients_;
  ConnectorWithWaiting connector_;
  JobSurroundings job_surroundings_;
  console::ConnectedConsoles consoles_;
  Errands errands_;
  ScheduledStarts scheduled_starts_;
  JobPool jobs_;  ///< its jobs use what stands above
  Watchdog watchdog_;
  std::optional<StatisticsCollector> statistics_;
  std::optional<SchedulerThread> scheduler_;  ///< last: starts jobs
};

}  // namespace holdfast::director

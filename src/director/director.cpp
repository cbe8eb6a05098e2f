// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/director.h"

#include "base/error.h"
#include "director/accept_settings.h"
#include "director/console/script.h"
#include "director/honoured.h"

namespace holdfast::director {

Director::Director(DirectorParts parts)
    : parts_(std::move(parts)),
      started_(parts_.clock.now()),
      console_messages_(std::filesystem::path(parts_.configuration->director().working_directory) /
                        (parts_.configuration->director().name + ".conmsg")),
      outlets_(outlet_settings()),
      daemon_messages_(parts_.clock, parts_.configuration->director().name, outlets_,
                       {.console = [this](std::string_view line) { console_messages_.add(line); },
                        .catalog = {},
                        .director = {}}),
      login_limit_(parts_.clock, parts_.login_pause),
      names_(parts_.clock),
      volumes_(parts_.retention_clock != nullptr ? *parts_.retention_clock : parts_.clock),
      waiting_clients_(parts_.clock),
      connector_(parts_.connector, waiting_clients_),
      job_surroundings_{parts_.clock,
                        connector_,
                        volumes_,
                        parts_.limits,
                        parts_.system,
                        [this](const console::RunRequest& request) { return run(request); },
                        waiting_clients_,
                        [this](std::string_view command, std::stop_token stop, const auto& tell) {
                          return console::run_as_script(*this, command, std::move(stop), tell);
                        }},
      errands_(parts_.between_tries),
      scheduled_starts_(
          [this](const jobs::ScheduledRun& run, const SchedulerThread::Configuration& configuration) {
            start_scheduled(run, configuration);
          },
          [this](MessageType type, std::string_view text) { say(type, text); }, errands_),
      jobs_(parts_.clock, queue_limits(*parts_.configuration),
            [this](ActiveJob& job) { return run_to_the_end(job); }),
      watchdog_(
          parts_.clock, [this] { return jobs_.all(); },
          [this](ActiveJob& job) { cancel(job.id, [](std::string_view) {}); }) {
  send_messages_by(parts_.configuration);
  current_.with([&](Current& current) {
    current.configuration = parts_.configuration;
    current.accept = make_accept_settings(parts_.configuration);
    current.warnings = parts_.warnings;
  });
  outlets_.start([this](MessageType type, const std::string& text) {
    daemon_messages_.add(type, text, messages::DaemonMessages::About::delivery);
  });
  jobs::Scheduler::Past past;
  prepare_catalogs(past);
  say_what_is_not_honoured();
  statistics_.emplace(StatisticsCollector::Surroundings{
      [this] { return configuration(); },
      [this](const config::Storage& storage, std::stop_token stop) {
        return connect(storage, std::move(stop));
      },
      log_catalogs_, [this](std::string_view text) { say(MessageType::warning, text); }});
  scheduler_.emplace(
      parts_.clock, parts_.configuration, std::move(past),
      [this](const jobs::ScheduledRun& run, const SchedulerThread::Configuration& configuration) {
        scheduled_starts_.start(run, configuration);
      });
}

Director::~Director() {
  ending_.request_stop();
  scheduler_.reset();
  errands_.end();
  statistics_.reset();
  cancel_all();
  outlets_.report_to_standard_error();
}

messages::OutletSettings Director::outlet_settings() const {
  messages::OutletSettings settings;
  const config::Director& own = parts_.configuration->director();
  settings.mail.daemon = settings.webhook.daemon = own.name;
  settings.mail.folder = own.working_directory;
  settings.mail.route = [this](const std::string& resource) -> messages::MailRoute {
    return messages::mail_route(*configuration(), resource);
  };
  settings.program = "holdfast-dir";
  return settings;
}

void Director::send_messages_by(const std::shared_ptr<const config::DirectorConfiguration>& configuration) {
  const config::Director& own = configuration->director();
  daemon_messages_.use(own.messages, own.log_timestamp_format, configuration);
}

void Director::prepare_catalogs(jobs::Scheduler::Past& past) {
  for (const auto& resource : parts_.configuration->catalogs) {
    const auto catalog = open_catalog(resource);
    try {
      fail_interrupted_jobs(*catalog);
      put_resources(*catalog, *parts_.configuration);
      const auto warning =
          connections_warning(*catalog, resource, parts_.configuration->director().maximum_concurrent_jobs);
      if (!warning.empty()) say(MessageType::warning, warning);
      add_started(past.started, *catalog, std::chrono::floor<seconds>(parts_.clock.now()));
      if (&resource == &parts_.configuration->catalogs.front())
        past.planned = keep_schedules(*catalog, *parts_.configuration, parts_.clock);
    } catch (const Error&) {
      rethrow_with("Catalog \"{}\", database \"{}\", cannot be used", resource.name, resource.database);
    }
    if (&resource == &parts_.configuration->catalogs.front()) remember_jobs(*catalog);
  }
}

void Director::fail_interrupted_jobs(catalog::Catalog& catalog) {
  const auto now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  for (const auto& row : catalog.jobs().fail_interrupted(now))
    say(MessageType::warning,
        fmt::format("Job {} (JobId {}) was interrupted when the Director ended; it is marked "
                    "failed and its file list was discarded.\n",
                    row.job, row.id.value));
}

void Director::remember_jobs(catalog::Catalog& catalog) {
  catalog::JobFilter filter;
  filter.order = catalog::JobFilter::Order::newest_start_first;
  filter.limit = 10;
  std::vector<console::TerminatedJob> jobs;
  for (const auto& row : catalog.jobs().list(filter)) {
    console::TerminatedJob job;
    job.id = row.id;
    job.unique_name = row.job;
    job.type = row.type;
    job.level = row.level;
    job.status = row.status;
    job.files = row.files;
    job.bytes = row.bytes;
    job.ended = row.ended.time_since_epoch().count();
    jobs.insert(jobs.begin(), std::move(job));
  }
  jobs_.remember(std::move(jobs));
}

void Director::say_what_is_not_honoured() {
  for (const std::string& text : not_honoured(*configuration())) say(MessageType::warning, text);
}

void Director::say(MessageType type, std::string_view text) { daemon_messages_.add(type, text); }

std::shared_ptr<const transport::AcceptSettings> Director::accept_settings() const {
  return current_.read([](const Current& current) { return current.accept; });
}

std::shared_ptr<const config::DirectorConfiguration> Director::configuration() const {
  return current_.read([](const Current& current) { return current.configuration; });
}

std::vector<std::string> Director::configuration_warnings() const {
  return current_.read([](const Current& current) { return current.warnings; });
}

namespace {

template <typename Resources>
bool is_enabled_in(const Resources& resources, std::string_view name) {
  for (const auto& resource : resources)
    if (resource.name == name) return resource.enabled;
  return false;
}

}  // namespace

bool Director::is_enabled(console::Toggled kind, std::string_view name) const {
  return current_.read([&](const Current& current) {
    const auto found = current.toggled.find({kind, std::string(name)});
    if (found != current.toggled.end()) return found->second;
    switch (kind) {
      case console::Toggled::job: return is_enabled_in(current.configuration->jobs, name);
      case console::Toggled::client: return is_enabled_in(current.configuration->clients, name);
      case console::Toggled::schedule: return is_enabled_in(current.configuration->schedules, name);
      case console::Toggled::storage: return is_enabled_in(current.configuration->storages, name);
    }
    return false;
  });
}

void Director::set_enabled(console::Toggled kind, std::string_view name, bool enabled) {
  current_.with([&](Current& current) { current.toggled[{kind, std::string(name)}] = enabled; });
}

std::unique_ptr<catalog::Catalog> Director::open_catalog(const config::Catalog& resource, Patience patience) {
  if (parts_.open_catalog) return parts_.open_catalog(resource);
  ServerWait wait{patience, ending_.get_token(), &outage_};
  // One that does not wait for the server may be followed by one that finds it, where it may connect again.
  const bool is_final = patience == Patience::as_configured || !resource.reconnect;
  if (resource.exit_on_fatal && is_final)
    wait.lost = [this, name = resource.name](std::string_view why) {
      say(MessageType::abort,
          fmt::format("Catalog \"{}\" is lost, and ExitOnFatal is set: the Director ends. {}\n", name, why));
      if (parts_.end) parts_.end();
    };
  return director::open_catalog(resource, working_directory(), wait);
}

std::string Director::working_directory() const { return parts_.configuration->director().working_directory; }

void Director::audit(std::string_view text) {
  if (configuration()->director().auditing) say(MessageType::audit, text);
}

}  // namespace holdfast::director

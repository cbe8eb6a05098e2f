// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/job_words.h"
#include "base/product.h"
#include "base/text.h"
#include "director/console/codes.h"
#include "director/console/schedule_preview.h"
#include "director/console/session.h"
#include "director/console/status.h"
#include "director/console/times.h"
#include "wire/handshake.h"

namespace holdfast::director::console::status_of {
namespace {

constexpr std::int64_t day = 86400;

bool is_for_programs(const Command& command) { return command.out.api() == Api::plain; }

std::string_view database_of(const Command& command) {
  const auto& catalogs = command.config().catalogs;
  return catalogs.empty() ? "none" : config::to_string(catalogs.front().driver);
}

/// Levels mean nothing for these types; blanks keep the columns apart.
std::string level_column(JobType type, JobLevel level, std::size_t width, std::size_t blanks) {
  if (type == JobType::admin || type == JobType::archive || type == JobType::restore)
    return std::string(blanks, ' ');
  return std::string(level_keyword(level).substr(0, width));
}

struct StatusText {
  JobStatus status;
  std::string_view text;
};
constexpr std::array<StatusText, 25> status_texts{{
    {JobStatus::created, "is waiting execution"},
    {JobStatus::running, "is running"},
    {JobStatus::blocked, "is blocked"},
    {JobStatus::terminated, "has terminated"},
    {JobStatus::warnings, "has terminated with warnings"},
    {JobStatus::error_terminated, "has erred"},
    {JobStatus::error, "has errors"},
    {JobStatus::fatal, "has a fatal error"},
    {JobStatus::differences, "has verify differences"},
    {JobStatus::cancelled, "has been canceled"},
    {JobStatus::waiting_for_client, "is waiting on Client"},
    {JobStatus::waiting_for_storage, "is waiting on Storage"},
    {JobStatus::waiting_for_storage_resource, "is waiting on max Storage jobs"},
    {JobStatus::waiting_for_client_resource, "is waiting on max Client jobs"},
    {JobStatus::waiting_for_job_resource, "is waiting on max Job jobs"},
    {JobStatus::waiting_for_maximum_jobs, "is waiting on max total jobs"},
    {JobStatus::waiting_for_start_time, "is waiting for its start time"},
    {JobStatus::waiting_for_priority, "is waiting for higher priority jobs to finish"},
    {JobStatus::committing, "SD committing Data"},
    {JobStatus::data_despooling, "SD despooling Data"},
    {JobStatus::attribute_despooling, "SD despooling Attributes"},
    {JobStatus::attribute_inserting, "Dir inserting Attributes"},
    {JobStatus::waiting_for_mount, "is waiting for a mount request"},
    {JobStatus::waiting_for_media, "is waiting for an appendable Volume"},
    {JobStatus::waiting_for_device, "is waiting on Storage"},
}};

std::string running_text(const RunningJob& job) {
  if (!job.waits_for.empty()) return job.waits_for;
  const auto at = std::find_if(status_texts.begin(), status_texts.end(),
                               [&](const StatusText& entry) { return entry.status == job.status; });
  if (at == status_texts.end()) return fmt::format("is in unknown state {}", static_cast<char>(job.status));
  if (job.status == JobStatus::waiting_for_client) return fmt::format("{} {}", at->text, job.client);
  if (job.status == JobStatus::waiting_for_storage) return fmt::format("{} \"{}\"", at->text, job.storage);
  return std::string(at->text);
}

/// "mini.2026-11-22_21.51.04_03" -> "mini".

std::int64_t days_ahead(Command& command) {
  const auto text = command.line.value("days");
  if (!text) return 1;
  const auto days = parse_number<std::int64_t>(*text);
  if (days && *days >= 0 && *days <= 500) return *days;
  if (command.out.api() == Api::text) command.out.text("Ignoring invalid value for days. Max is 500.\n");
  return 1;
}

/// The volumes that jobs would write next. Asked for once per place: hundreds of jobs may wait for the same one.
class NextVolumes {
 public:
  explicit NextVolumes(Services& services) : services_(services) {}

  std::string of(const ScheduledJob& scheduled) {
    if (scheduled.job->type != JobType::backup) return "";
    const std::string unknown = "*unknown*";
    if (!scheduled.pool) return unknown;
    const Place place{scheduled.pool, scheduled.storage, scheduled.job->catalog, scheduled.job->client};
    const auto [at, is_new] = known_.try_emplace(place, unknown);
    if (is_new)
      at->second = services_.next_volume(*scheduled.job, scheduled.level, *scheduled.pool, scheduled.storage)
                       .value_or(unknown);
    return at->second;
  }

 private:
  /// What next_volume() looks at; the client has a say in the catalog.
  using Place =
      std::tuple<const config::Pool*, const config::Storage*, const config::Catalog*, const config::Client*>;

  Services& services_;
  std::map<Place, std::string> known_;
};

void tell_scheduled(Command& command, const ScheduledJob& scheduled, const std::string& volume) {
  const std::string_view type = type_text(scheduled.job->type);
  const std::string_view level = config::to_string(scheduled.level);
  const std::string when = short_time(scheduled.time.when);
  const std::string_view name = scheduled.job->name;
  command.out.text(is_for_programs(command) ? fmt::format("{:<14}\t{:<8}\t{:3}\t{:<18}\t{:<18}\t{}\n", level,
                                                          type, scheduled.priority, when, name, volume)
                                            : fmt::format("{:<14} {:<8} {:3}  {:<18} {:<18} {}\n", level,
                                                          type, scheduled.priority, when, name, volume));
  const auto row = command.out.row();
  command.out.value("name", name);
  command.out.value("type", type);
  command.out.value("level", level);
  command.out.value("priority", Json::number(scheduled.priority));
  command.out.value("scheduled", when);
  command.out.value("volume", volume);
  if (scheduled.time.run->pool) command.out.value("pool", scheduled.time.run->pool->name);
  if (scheduled.storage) command.out.value("storage", scheduled.storage->name);
}

void tell_running(Command& command, const RunningJob& job) {
  const std::string level = level_column(job.type, job.level, 7, 6);
  const std::string status = running_text(job);
  if (is_for_programs(command)) {
    command.out.text(fmt::format("{:6}\t{:<6}\t{:<20}\t{}\t{}\n", job.id.value, level, job.unique_name,
                                 status, job.comment));
  } else {
    command.out.text(fmt::format("{:6} {:<6}  {:<20} {}\n", job.id.value, level, job.unique_name, status));
    if (!job.comment.empty()) command.out.text(fmt::format("               {:<30}\n", job.comment));
  }
  const auto row = command.out.row();
  command.out.value("jobid", Json::number(job.id.value));
  command.out.value("name", job.unique_name);
  command.out.value("level", level);
  command.out.value("type", type_text(job.type));
  command.out.value("status", status);
  command.out.value("start_time", short_time(job.started));
  command.out.value("files", Json::number(static_cast<std::int64_t>(job.files)));
  command.out.value("bytes", Json::number(static_cast<std::int64_t>(job.bytes)));
  // Ours: what progress bars need (docs/protocol/own-extensions.md).
  if (job.files_expected > 0)
    command.out.value("files_expected", Json::number(static_cast<std::int64_t>(job.files_expected)));
  if (job.bytes_expected > 0)
    command.out.value("bytes_expected", Json::number(static_cast<std::int64_t>(job.bytes_expected)));
  if (!job.comment.empty()) command.out.value("comment", job.comment);
}

void tell_terminated(Command& command, const TerminatedJob& job) {
  const std::string level = level_column(job.type, job.level, 4, 4);
  const std::string_view status = terminated_text(job.status);
  const std::string ended = short_time(job.ended);
  const std::string_view name = job_name_of(job.unique_name);
  const std::string files = with_thousands(job.files);
  const std::string bytes = with_unit(job.bytes);
  command.out.text(is_for_programs(command)
                       ? fmt::format("{:6}\t{:<6}\t{:>8}\t{:>10}\t{:<7}\t{:<8}\t{}\n", job.id.value, level,
                                     files, bytes, status, ended, name)
                       : fmt::format("{:6}  {:<6} {:>8} {:>10}  {:<7}  {:<8} {}\n", job.id.value, level,
                                     files, bytes, status, ended, name));
  const auto row = command.out.row();
  command.out.value("jobid", Json::number(job.id.value));
  command.out.value("name", name);
  command.out.value("level", level);
  command.out.value("type", type_text(job.type));
  command.out.value("status", status);
  command.out.value("files", Json::number(static_cast<std::int64_t>(job.files)));
  command.out.value("bytes", Json::number(static_cast<std::int64_t>(job.bytes)));
  command.out.value("finished", ended);
}

/// Headings and rules are for people.
void heading(Command& command, std::string_view text) {
  if (command.out.api() == Api::text) command.out.text(text);
}

}  // namespace

void header(Command& command) {
  Services& services = command.services;
  const std::string system = services.system().name;
  const std::string& name = command.config().director().name;
  const std::size_t running_count = services.running_jobs().size();
  const std::string started = short_time(unix_seconds(services.started()));
  const bool warnings = !services.configuration_warnings().empty();
  command.out.text(
      fmt::format("{} Version: {} ({}) {}\n", name, wire::announced_version, wire::announced_date, system));
  command.out.text(fmt::format("Daemon started {}. Jobs: run={}, running={} db:{}, {} binary\n", started,
                               services.jobs_run(), running_count, database_of(command), product));
  const std::string& erase = command.config().director().secure_erase_command;
  if (!erase.empty()) command.out.text(fmt::format(" secure erase command='{}'\n", erase));
  if (warnings)
    command.out.text(
        "\nThere are WARNINGS for the director configuration!\nSee 'status configuration' for details.\n\n");
  const auto object = command.out.object("header");
  command.out.value("director", name);
  command.out.value("version", wire::announced_version);
  command.out.value("release_date", wire::announced_date);
  command.out.value("os", system);
  command.out.value("binary_info", product);
  command.out.value("daemon_started", started);
  command.out.value("jobs_run", Json::number(static_cast<std::int64_t>(services.jobs_run())));
  command.out.value("jobs_running", Json::number(static_cast<std::int64_t>(running_count)));
  command.out.value("config_warnings", warnings);
}

void scheduled(Command& command) {
  const std::int64_t now = unix_seconds(command.services.now());
  const auto jobs = scheduled_jobs(command, now, now + days_ahead(command) * day);
  const auto array = command.out.array("scheduled");
  if (jobs.empty()) {
    heading(command, "No Scheduled Jobs.\n");
  } else {
    heading(command, "\nScheduled Jobs:\n");
    heading(command, "Level          Type     Pri  Scheduled          Name               Volume\n");
    heading(command, std::string(83, '=') + "\n");
  }
  NextVolumes volumes(command.services);
  for (const ScheduledJob& job : jobs) tell_scheduled(command, job, volumes.of(job));
  heading(command, "====\n");
}

void running(Command& command) {
  auto jobs = command.services.running_jobs();
  std::erase_if(jobs, [&](const RunningJob& job) { return !command.access.allows(Acl::job, job.name); });
  const auto array = command.out.array("running");
  heading(command, "\nRunning Jobs:\n");
  for (const std::int64_t since : command.session.consoles().since())
    heading(command, fmt::format("Console connected at {}\n", short_time(since)));
  if (jobs.empty()) return heading(command, "No Jobs running.\n====\n");
  heading(command, " JobId Level   Name                       Status\n");
  heading(command, std::string(70, '=') + "\n");
  for (const RunningJob& job : jobs) tell_running(command, job);
  heading(command, "====\n");
}

void terminated(Command& command) {
  auto jobs = command.services.terminated_jobs();
  std::erase_if(jobs, [&](const TerminatedJob& job) {
    return !command.access.allows(Acl::job, job_name_of(job.unique_name));
  });
  const auto array = command.out.array("terminated");
  if (jobs.empty()) return heading(command, "No Terminated Jobs.\n");
  heading(command, "\nTerminated Jobs:\n");
  heading(command, " JobId  Level    Files      Bytes   Status   Finished        Name \n");
  heading(command, std::string(68, '=') + "\n");
  for (const TerminatedJob& job : jobs) tell_terminated(command, job);
  heading(command, "\n");
}

void waiting_clients(Command& command) {
  const auto array = command.out.array("client-connection");
  std::string text = "\nClient Initiated Connections (waiting for jobs):\n";
  text += fmt::format("{:<20}{:<20}{:<20}{:<40}\n", "Connect time", "Protocol", "Authenticated", "Name");
  text += std::string(100, '=') + "\n";
  for (const WaitingClient& client : command.services.waiting_clients()) {
    if (!command.access.allows(Acl::client, client.name)) continue;
    text += fmt::format("{:<20}{:<20}{:<20}{:<40}\n", short_time(client.connected), client.protocol_version,
                        1, client.name);
    const auto row = command.out.row();
    command.out.value("connecttime", short_time(client.connected));
    command.out.value("protocol_version", Json::number(client.protocol_version));
    command.out.value("authenticated", Json::number(1));
    command.out.value("name", client.name);
  }
  heading(command, text);
}

void director(Command& command) {
  header(command);
  scheduled(command);
  running(command);
  terminated(command);
  waiting_clients(command);
  command.out.text("====\n");
}

}  // namespace holdfast::director::console::status_of

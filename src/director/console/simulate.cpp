// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "base/text.h"
#include "catalog/memory_copy.h"
#include "director/catalog_rows.h"
#include "director/console/choose.h"
#include "director/console/own_commands.h"
#include "director/console/times.h"
#include "director/job_pool.h"
#include "jobs/simulation.h"

// What would happen if nothing were changed: Holdfast's own command.
namespace holdfast::director::console::handle {
namespace {

constexpr std::int64_t default_days = 30;
constexpr std::int64_t most_days = 366;

std::optional<std::int64_t> days_of(Command& command) {
  const auto text = command.line.value("days");
  if (!text) return default_days;
  const auto days = parse_number<std::int64_t>(*text);
  if (days && *days >= 1 && *days <= most_days) return days;
  command.out.error(fmt::format("days= takes a number from 1 to {}.\n", most_days));
  return std::nullopt;
}

std::int64_t number(jobs::Moment moment) { return moment.time_since_epoch().count(); }
std::string shown(jobs::Moment moment) {
  return moment == jobs::Moment{} ? std::string() : standard_time(number(moment));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "|") + name;
  return text;
}

/// The level of a backup, the type of everything else.
std::string kind_of(const jobs::SimulatedJob& job) {
  return std::string(job.type == JobType::backup ? config::to_string(job.level)
                                                 : config::to_string(job.type));
}

/// What it works on and why it would fail: " (starts 3 jobs)".
std::string remark_on(const jobs::SimulatedJob& job) {
  if (job.about.empty() && job.problem.empty()) return "";
  const std::string_view between = job.about.empty() || job.problem.empty() ? "" : "; ";
  return fmt::format(" ({}{}{})", job.about, between, job.problem);
}

void tell_jobs(Command& command, const std::vector<jobs::SimulatedJob>& simulated) {
  command.out.text(fmt::format("\nJobs:\n{:<19}  {:<19}  {:<20}  {:<12}  {:>10}  {:<12}  {}\n", "Start",
                               "End", "Job", "Level", "Bytes", "Pool", "Volumes"));
  const auto array = command.out.array("jobs");
  for (const jobs::SimulatedJob& job : simulated) {
    const std::string volumes = joined(job.volumes);
    const std::string level = kind_of(job);
    command.out.text(fmt::format("{:<19}  {:<19}  {:<20}  {:<12}  {:>9}{}  {:<12}  {}{}\n",
                                 shown(job.started), shown(job.ended), job.name, level, with_unit(job.bytes),
                                 job.is_guess ? "?" : " ", job.pool, volumes, remark_on(job)));
    const auto row = command.out.row();
    command.out.value("name", job.name);
    command.out.value("type", config::to_string(job.type));
    command.out.value("level", config::to_string(job.level));
    command.out.value("scheduled", shown(job.scheduled));
    command.out.value("start", shown(job.started));
    command.out.value("end", shown(job.ended));
    command.out.value("pool", job.pool);
    command.out.value("volumes", volumes);
    command.out.value("bytes", Json::number(static_cast<std::int64_t>(job.bytes)));
    command.out.value("guess", job.is_guess);
    command.out.value("about", job.about);
    command.out.value("problem", job.problem);
  }
}

void tell_volumes(Command& command, const std::vector<jobs::SimulatedVolume>& volumes) {
  command.out.text(fmt::format("\nVolumes written:\n{:<20}  {:<12}  {:<8}  {:>10}  {}\n", "Volume", "Pool",
                               "Status", "Bytes", "Expires"));
  const auto array = command.out.array("volumes");
  for (const jobs::SimulatedVolume& volume : volumes) {
    command.out.text(fmt::format("{:<20}  {:<12}  {:<8}  {:>10}  {}\n", volume.name, volume.pool,
                                 volume.status, with_unit(volume.bytes), shown(volume.expires)));
    const auto row = command.out.row();
    command.out.value("volumename", volume.name);
    command.out.value("pool", volume.pool);
    command.out.value("volstatus", volume.status);
    command.out.value("volbytes", Json::number(static_cast<std::int64_t>(volume.bytes)));
    command.out.value("expires", shown(volume.expires));
  }
}

void tell_events(Command& command, const std::vector<jobs::SimulatedEvent>& events) {
  command.out.text("\nWhat happens to volumes and records:\n");
  const auto array = command.out.array("events");
  for (const jobs::SimulatedEvent& event : events) {
    command.out.text(fmt::format("{}  {}\n", shown(event.when), event.text));
    const auto row = command.out.row();
    command.out.value("time", shown(event.when));
    command.out.value("text", event.text);
  }
}

void tell_exhausted(Command& command, const std::vector<jobs::ExhaustedPool>& pools) {
  command.out.text("\n");
  const auto array = command.out.array("exhausted");
  if (pools.empty()) command.out.text("No pool runs out of volumes.\n");
  for (const jobs::ExhaustedPool& pool : pools) {
    command.out.text(fmt::format("Pool \"{}\" runs out of volumes at {}, in job {}.\n", pool.pool,
                                 shown(pool.when), pool.job));
    const auto row = command.out.row();
    command.out.value("pool", pool.pool);
    command.out.value("time", shown(pool.when));
    command.out.value("job", pool.job);
  }
}

/// It shows all jobs, clients and pools.
bool may_see_all(Command& command) {
  if (command.access.is_root()) return true;
  for (const Acl acl :
       {Acl::job, Acl::client, Acl::storage, Acl::schedule, Acl::pool, Acl::file_set, Acl::catalog})
    if (!command.access.is_unrestricted(acl)) {
      command.out.error(
          "simulate shows all jobs, clients and pools; it needs a console whose rights to these are not "
          "restricted.\n");
      return false;
    }
  return true;
}

constexpr std::size_t most_findings = 100;

/// Without the text of the line: it may be a password, and the file may be no configuration at all.
void tell_finding(Command& command, const config::Finding& finding) {
  const config::Place& place = finding.place;
  const std::string where =
      place.line == 0 ? "" : fmt::format("{}:{}:{}: ", place.file, place.line, place.column);
  command.out.error(fmt::format("{}{}\n", where, finding.text));
}

/// What is simulated: the configuration that is in use, or the one that config= names. Null, and it was said why, where
/// that cannot be.
std::shared_ptr<const config::DirectorConfiguration> configuration_for(Command& command) {
  const auto path = command.line.value("config");
  if (!path) return command.configuration;
  if (!command.access.is_root() && !command.allows(Acl::command, "configure")) {
    command.out.error("config= needs the right to the command configure.\n");
    return nullptr;
  }
  auto loaded = command.services.load_configuration(std::string(*path));
  for (std::size_t i = 0; i < std::min(loaded.errors.size(), most_findings); ++i)
    tell_finding(command, loaded.errors[i]);
  if (loaded.errors.size() > most_findings)
    command.out.error(fmt::format("and {} more errors\n", loaded.errors.size() - most_findings));
  if (!loaded.is_good()) return nullptr;
  for (const auto& finding : loaded.warnings) command.out.warning(fmt::format("{}\n", finding.text));
  return std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
}

/// As consoles have switched it, where it is the configuration in use; as it says itself otherwise.
bool is_enabled(const Command& command, const config::DirectorConfiguration& simulated,
                const config::Job& job) {
  if (&simulated != &command.config())
    return job.enabled && job.schedule->enabled && (job.client == nullptr || job.client->enabled);
  const Services& services = command.services;
  return services.is_enabled(Toggled::job, job.name) &&
         services.is_enabled(Toggled::schedule, job.schedule->name) &&
         (job.client == nullptr || services.is_enabled(Toggled::client, job.client->name));
}

void tell(Command& command, const jobs::Simulation& found) {
  command.out.text(
      fmt::format("Simulation from {} to {}. Sizes are means of earlier jobs; ? marks those without any.\n",
                  shown(found.from), shown(found.to)));
  const auto object = command.out.object("simulate");
  command.out.value("from", shown(found.from));
  command.out.value("to", shown(found.to));
  tell_jobs(command, found.jobs);
  tell_events(command, found.events);
  tell_volumes(command, found.volumes);
  tell_exhausted(command, found.exhausted);
}

}  // namespace

Outcome simulate(Command& command) {
  const auto days = days_of(command);
  if (!days || !may_see_all(command)) return Outcome::failed;
  const auto configuration = configuration_for(command);
  if (!configuration) return Outcome::failed;
  catalog::Catalog* original = open_catalog(command, CatalogUse::own);
  if (original == nullptr) return Outcome::failed;
  const auto copy = catalog::copy_without_files(*original);
  if (configuration != command.configuration) put_resources(*copy, *configuration);
  const auto now = std::chrono::floor<seconds>(command.services.now());
  tell(command, jobs::simulate(
                    {*configuration, *copy, queue_limits(*configuration), now, now + std::chrono::days(*days),
                     [&](const config::Job& job) { return is_enabled(command, *configuration, job); }}));
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "base/text.h"
#include "catalog/memory_copy.h"
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

void tell_jobs(Command& command, const std::vector<jobs::SimulatedJob>& simulated) {
  command.out.text(fmt::format("\nJobs:\n{:<19}  {:<19}  {:<20}  {:<12}  {:>10}  {:<12}  {}\n", "Start",
                               "End", "Job", "Level", "Bytes", "Pool", "Volumes"));
  const auto array = command.out.array("jobs");
  for (const jobs::SimulatedJob& job : simulated) {
    const std::string volumes = joined(job.volumes);
    const std::string_view level = config::to_string(job.level);
    command.out.text(fmt::format("{:<19}  {:<19}  {:<20}  {:<12}  {:>9}{}  {:<12}  {}{}\n",
                                 shown(job.started), shown(job.ended), job.name, level, with_unit(job.bytes),
                                 job.is_guess ? "?" : " ", job.pool, volumes,
                                 job.problem.empty() ? "" : fmt::format(" ({})", job.problem)));
    const auto row = command.out.row();
    command.out.value("name", job.name);
    command.out.value("level", level);
    command.out.value("scheduled", shown(job.scheduled));
    command.out.value("start", shown(job.started));
    command.out.value("end", shown(job.ended));
    command.out.value("pool", job.pool);
    command.out.value("volumes", volumes);
    command.out.value("bytes", Json::number(static_cast<std::int64_t>(job.bytes)));
    command.out.value("guess", job.is_guess);
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

}  // namespace

Outcome simulate(Command& command) {
  const auto days = days_of(command);
  if (!days) return Outcome::failed;
  if (!command.access.is_root()) {
    command.out.error(
        "simulate shows all jobs, clients and pools; it needs the rights of the default console.\n");
    return Outcome::failed;
  }
  catalog::Catalog* original = open_catalog(command, CatalogUse::own);
  if (original == nullptr) return Outcome::failed;
  const auto copy = catalog::copy_without_files(*original);
  const auto now = std::chrono::floor<seconds>(command.services.now());
  const auto is_enabled = [&](const config::Job& job) {
    Services& services = command.services;
    return services.is_enabled(Toggled::job, job.name) &&
           services.is_enabled(Toggled::schedule, job.schedule->name) &&
           (job.client == nullptr || services.is_enabled(Toggled::client, job.client->name));
  };
  const auto found = jobs::simulate({command.config(), *copy, queue_limits(command.config()), now,
                                     now + std::chrono::days(*days), is_enabled});
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
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle

// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "director/console/schedule_preview.h"
#include "director/console/status.h"
#include "director/console/times.h"

namespace holdfast::director::console::status_of {
namespace {

constexpr std::int64_t day = 86400;
constexpr std::int64_t most_days = 365;
constexpr std::size_t date_width = 21;

/// The days to preview, relative to now.
struct Span {
  std::int64_t from = 0;
  std::int64_t to = 7;
};

void tell_invalid(Command& command, std::string_view text) {
  if (command.out.api() == Api::text) command.out.text(text);
}

Span span_of(Command& command) {
  const auto text = command.line.value("days");
  if (!text) return {};
  const auto parts = split(*text, ',');
  const auto first = parse_number<std::int64_t>(parts[0]);
  const auto is_good = [](const auto& number) { return number && std::abs(*number) <= most_days; };
  if (parts.size() == 1) {
    if (is_good(first)) return *first < 0 ? Span{*first, 0} : Span{0, *first};
    tell_invalid(command, "Ignoring invalid value for days. Allowed is -366 < days < 366.\n");
    return {};
  }
  const auto second = parse_number<std::int64_t>(parts[1]);
  if (parts.size() == 2 && is_good(first) && is_good(second) && *first <= *second) return {*first, *second};
  tell_invalid(command, "Ignoring invalid days range. Allowed: -366..366.\n");
  return {};
}

/// What `schedule=`, `client=` and `job=` leave.
bool is_wanted(Command& command, const config::Job& job) {
  const auto differs = [&](std::string_view keyword, const std::string* name) {
    const auto wanted = command.line.value(keyword);
    return wanted && (!name || *name != *wanted);
  };
  return job.schedule && command.access.allows(Acl::job, job.name) && !differs("job", &job.name) &&
         !differs("client", job.client ? &job.client->name : nullptr) &&
         !differs("schedule", &job.schedule->name);
}

std::vector<const config::Job*> jobs_of(Command& command, const config::Schedule& schedule) {
  std::vector<const config::Job*> jobs;
  for (const config::Job& job : command.config().jobs)
    if (job.schedule == &schedule && is_wanted(command, job)) jobs.push_back(&job);
  return jobs;
}

bool is_previewed(Command& command, const config::Schedule& schedule) {
  if (!command.access.allows(Acl::schedule, schedule.name)) return false;
  if (const auto name = command.line.value("schedule")) return schedule.name == *name;
  const bool by_job = command.line.value("job") || command.line.value("client");
  return !by_job || !jobs_of(command, schedule).empty();
}

void tell_schedule(Command& command, const config::Schedule& schedule) {
  const auto jobs = jobs_of(command, schedule);
  if (jobs.empty() || !command.services.is_enabled(Toggled::schedule, schedule.name) ||
      !command.access.allows(Acl::schedule, schedule.name))
    return;
  command.out.text(schedule.name + "\n");
  const auto row = command.out.row();
  command.out.value("name", schedule.name);
  command.out.value("enabled", true);
  const auto array = command.out.array("jobs");
  for (const config::Job* job : jobs) {
    const bool enabled = command.services.is_enabled(Toggled::job, job->name);
    command.out.text(fmt::format("{:23}{}{}\n", "", job->name, enabled ? "" : " (disabled)"));
    const auto inner = command.out.row();
    command.out.value("name", job->name);
    command.out.value("enabled", enabled);
  }
  command.out.text("\n");
}

/// What a run replaces, as text and in the JSON row that is open.
std::string tell_overrides(Command& command, const config::ScheduleRun& run) {
  std::string text;
  const auto add = [&](std::string_view label, std::string_view key, const Json& value,
                       std::string_view shown) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", label, shown);
    command.out.value(key, value);
  };
  if (run.level) add("Level", "level", config::to_string(*run.level), config::to_string(*run.level));
  if (run.priority) add("Priority", "priority", Json::number(*run.priority), std::to_string(*run.priority));
  if (run.spool_data) add("Spool Data", "spool_data", *run.spool_data, *run.spool_data ? "1" : "0");
  if (run.accurate) add("Accurate", "accurate", *run.accurate, *run.accurate ? "1" : "0");
  if (run.pool) add("Pool", "pool", run.pool->name, run.pool->name);
  if (run.storage) add("Storage", "storage", run.storage->name, run.storage->name);
  if (run.messages) add("Messages", "messages", run.messages->name, run.messages->name);
  return text;
}

void tell_preview(Command& command, const Span& span) {
  const std::int64_t now = unix_seconds(command.services.now());
  auto times = scheduled_times(command, now + span.from * day, now + span.to * day);
  std::erase_if(times, [&](const ScheduledTime& time) { return !is_previewed(command, *time.schedule); });
  const std::size_t width = times.empty() ? 0 : date_width;
  command.out.text(fmt::format("Scheduler Preview for {} days:\n\n", span.to - span.from));
  command.out.text(fmt::format("{:<{}}  {:<22}  {}\n", "Date", width, "Schedule", "Overrides"));
  command.out.text(std::string(62, '=') + "\n");
  const auto array = command.out.array("preview");
  for (const ScheduledTime& time : times) {
    const auto row = command.out.row();
    const std::string when = week_day_time(time.when);
    command.out.value("datetime", when);
    command.out.value("runtime", time.when);
    command.out.value("schedule", time.schedule->name);
    const std::string overrides = tell_overrides(command, *time.run);
    command.out.text(fmt::format("{:<{}}  {:<22.22}  {}\n", when, width, time.schedule->name, overrides));
  }
  command.out.text("====\n");
}

}  // namespace

void scheduler(Command& command) {
  command.out.text("Scheduler Jobs:\n\n");
  command.out.text("Schedule               Jobs Triggered\n");
  command.out.text(std::string(59, '=') + "\n");
  {
    const auto array = command.out.array("schedules");
    for (const config::Schedule& schedule : command.config().schedules) tell_schedule(command, schedule);
  }
  command.out.text("====\n\n");
  tell_preview(command, span_of(command));
}

void configuration(Command& command) {
  const auto warnings = command.services.configuration_warnings();
  if (warnings.empty()) return command.out.text("No deprecated configuration settings detected.\n");
  command.out.text("Deprecated configuration settings detected:\n");
  for (const std::string& warning : warnings) command.out.text(fmt::format(" * {}\n", warning));
}

}  // namespace holdfast::director::console::status_of

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/listing.h"
#include "director/console/schedule_preview.h"

namespace holdfast::director::console::lists {
namespace {

constexpr std::int64_t most_days = 50;

std::int64_t days_of(Command& command) {
  const auto text = command.line.value("days");
  if (!text) return 1;
  const auto days = parse_number<std::int64_t>(*text);
  if (days && *days >= 1 && *days <= most_days) return *days;
  command.out.warning(fmt::format("Ignoring invalid value for days. Max is {}.\n", most_days));
  return 1;
}

void tell_volume(Command& command, const ScheduledJob& scheduled) {
  const std::string_view job = scheduled.job->name;
  const std::string_view level = config::to_string(scheduled.level);
  const std::string pool = scheduled.pool ? scheduled.pool->name : "*None*";
  const auto volume = scheduled.pool ? command.services.next_volume(*scheduled.job, scheduled.level,
                                                                    *scheduled.pool, scheduled.storage)
                                     : std::nullopt;
  if (volume)
    command.out.text(fmt::format("The next Volume to be used by Job \"{}\" (Pool={}, Level={}) will be {}\n",
                                 job, pool, level, *volume));
  else
    command.out.error(
        fmt::format("Could not find next Volume for Job {} (Pool={}, Level={}).\n", job, pool, level));
}

}  // namespace

Outcome next_volume(Command& command, catalog::Catalog&, Detail, const ListFilter&) {
  const std::int64_t days = days_of(command);
  const auto name = command.line.value_of_any({"job", "jobname"});
  const config::Job* job = name ? permitted_job(command, *name) : nullptr;
  if (!job) job = select_job(command);
  if (!job) return Outcome::failed;
  const std::int64_t now = unix_seconds(command.services.now());
  bool found = false;
  for (const ScheduledJob& scheduled : scheduled_jobs(command, now, now + days * 86400)) {
    if (scheduled.job != job) continue;
    tell_volume(command, scheduled);
    found = true;
  }
  if (!found) command.out.error(fmt::format("Could not find next Volume for Job {}.\n", job->name));
  return Outcome::ok;
}

}  // namespace holdfast::director::console::lists

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/reschedule.h"

#include <fmt/core.h>

#include "base/local_time.h"

namespace holdfast::jobs {

std::optional<Reschedule> reschedule(const EndedJob& job, Moment now) {
  const config::Job& resource = *job.resource;
  const bool has_failed = !is_good(job.status) && job.status != JobStatus::cancelled;
  if (resource.type != JobType::backup || !resource.reschedule_on_error || !has_failed) return std::nullopt;
  if (resource.reschedule_times > 0 && job.reschedules >= resource.reschedule_times) return std::nullopt;
  Reschedule again;
  again.as = job.bytes == 0 ? Reschedule::As::same_job : Reschedule::As::new_job;
  again.when = now + resource.reschedule_interval;
  const auto text = [](Moment moment) { return local_time(moment, "%d-%b-%Y %H:%M"); };
  again.text = fmt::format("Rescheduled Job {} at {} to re-run in {} seconds ({}).\n", job.unique_name,
                           text(now), resource.reschedule_interval.count(), text(again.when));
  return again;
}

}  // namespace holdfast::jobs

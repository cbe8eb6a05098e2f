// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/incoming.h"

#include <algorithm>

namespace holdfast::jobs {

bool is_due_on_connect(catalog::Catalog& catalog, const config::Job& job, Moment now) {
  const auto client = catalog.clients().find(job.client->name);
  if (!client) return true;
  catalog::JobFilter filter;
  filter.name = job.name;
  filter.client = client->id;
  filter.statuses = {JobStatus::terminated, JobStatus::warnings, JobStatus::created, JobStatus::running};
  std::optional<Moment> newest;
  for (const auto& row : catalog.jobs().list(filter)) {
    const bool is_over = row.status == JobStatus::terminated || row.status == JobStatus::warnings;
    // It began in the future, before the clock was set back: nobody knows how long ago that is.
    if (is_over && row.started > now) continue;
    const Moment start = row.started == Moment{} ? now : std::min(row.started, now);
    newest = std::max(newest.value_or(start), start);
  }
  return !newest || now - *newest > job.run_on_incoming_connect_interval;
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/admin.h"

#include "base/job_words.h"

namespace holdfast::director {

JobOutcome run_admin(ActiveJob& job, JobSurroundings&, catalog::Catalog&) {
  job.log->add(MessageType::info,
               fmt::format("Start {} JobId {}, Job={}\n", type_text(job.type), job.id.value, job.name));
  for (const config::RunScript& script : job.plan.resource->run_scripts)
    if (script.runs_on_client())
      job.log->add(MessageType::warning,
                   fmt::format("{} jobs have no client: the script \"{}\" is not run.\n", type_text(job.type),
                               script.command));
  return {};
}

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/admin.h"

#include "base/job_words.h"

namespace holdfast::director {

JobOutcome run_admin(ActiveJob& job, JobSurroundings&, catalog::Catalog&) {
  job.log->add(MessageType::info,
               fmt::format("Start {} JobId {}, Job={}\n", type_text(job.type), job.id.value, job.name));
  return {};
}

}  // namespace holdfast::director

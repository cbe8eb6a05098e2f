// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/consolidate.h"

#include "base/error.h"
#include "catalog/retention_catalog.h"
#include "jobs/consolidation.h"

namespace holdfast::director {
namespace {

class Consolidating {
 public:
  Consolidating(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog)
      : job_(job), surroundings_(surroundings), catalog_(catalog) {}

  void look_at(const config::Job& target) {
    tell(fmt::format("Looking at always incremental job {}\n", target.name));
    if (target.client == nullptr || target.file_set == nullptr) return;
    const auto decision = jobs::decide_consolidation(
        jobs::consolidation_question(catalog_, target, *job_.plan.resource, fulls_,
                                     std::chrono::floor<std::chrono::seconds>(surroundings_.clock.now())));
    for (const std::string& text : decision.log) tell(text);
    if (!decision.empty.empty()) catalog_.retention().purge_jobs(decision.empty);
    if (decision.jobs.empty()) return;
    if (decision.has_full) ++fulls_;
    start(target, decision.jobs);
  }

 private:
  void start(const config::Job& target, const std::vector<JobId>& jobs) {
    console::RunRequest request;
    request.configuration = job_.plan.configuration;
    request.job = &target;
    request.job_ids = jobs;
    request.level = JobLevel::virtual_full;
    request.priority = job_.plan.priority;
    request.accurate = target.accurate;
    request.spool_data = target.spool_data;
    request.ignore_duplicates = true;
    request.queues_as = job_.plan.resource;
    try {
      tell(fmt::format("Using Catalog \"{}\"\n", job_.plan.catalog.resource->name));
      const JobId started = surroundings_.start_job(request);
      tell(fmt::format("Job queued. JobId={}\n", started.value));
      tell(fmt::format("Consolidating JobId {} started.\n", started.value));
    } catch (const Error& error) {
      job_.log->add(MessageType::error, fmt::format("{}\n", error.message()));
      job_.log->add(MessageType::error, "Could not start Consolidating job.\n");
    }
  }

  void tell(const std::string& text) { job_.log->add(MessageType::info, text); }

  ActiveJob& job_;
  JobSurroundings& surroundings_;
  catalog::Catalog& catalog_;
  std::uint32_t fulls_ = 0;
};

}  // namespace

JobOutcome run_consolidate(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  Consolidating consolidating(job, surroundings, catalog);
  for (const config::Job& target : job.plan.configuration->jobs) {
    if (!target.always_incremental) continue;
    if (job.is_cancelled()) break;
    consolidating.look_at(target);
  }
  return {};
}

}  // namespace holdfast::director

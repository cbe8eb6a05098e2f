// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/copy.h"

#include <array>

#include "base/error.h"
#include "director/completeness.h"
#include "director/data_job.h"
#include "director/replicate.h"
#include "director/whole_job.h"
#include "jobs/consolidation.h"
#include "jobs/copy_report.h"
#include "jobs/copy_result.h"
#include "jobs/copy_selection.h"

namespace holdfast::director {
namespace {

Moment now_of(const JobSurroundings& surroundings) {
  return std::chrono::floor<std::chrono::seconds>(surroundings.clock.now());
}

// The job that selects.

/// What a job that works on `source` is asked for: the same Job with a prior JobId.
console::RunRequest request_for(const ActiveJob& job, JobId source) {
  console::RunRequest request = job.plan.request;
  request.job_ids = {source};
  request.when.reset();
  request.ignore_duplicates = true;
  return request;
}

void start_workers(ActiveJob& job, JobSurroundings& surroundings, std::vector<JobId> jobs) {
  const auto& words = jobs::copy_words(job.type);
  const std::uint32_t limit = job.plan.resource->max_concurrent_copies;
  if (limit > 0 && jobs.size() > limit) jobs.resize(limit);
  for (const JobId source : jobs) {
    if (job.is_cancelled()) return;
    try {
      job.log->add(MessageType::info, fmt::format("Using Catalog \"{}\"\n", job.plan.catalog.resource->name));
      const JobId worker = surroundings.start_job(request_for(job, source));
      job.log->add(MessageType::info, fmt::format("Job queued. JobId={}\n", worker.value));
      job.log->add(MessageType::info, fmt::format("{} JobId {} started.\n", words.operation, worker.value));
    } catch (const Error& error) {
      job.log->add(MessageType::error, fmt::format("{}\n", error.message()));
      job.log->add(MessageType::error, fmt::format("Could not start {} job.\n", words.operation));
    }
  }
}

JobOutcome select(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  JobOutcome outcome;
  if (job.plan.pool.resource == nullptr) {
    job.fail(fmt::format("No Pool specification found in Job \"{}\".\n", job.plan.resource->name));
    return outcome;
  }
  const auto selection = jobs::select_jobs_to_copy(
      catalog,
      jobs::copy_question(*job.plan.resource, *job.plan.pool.resource, job.row.pool, now_of(surroundings)));
  for (const std::string& text : selection.log) job.log->add(MessageType::info, text);
  if (!selection.failure.empty()) {
    job.fail(selection.failure);
    return outcome;
  }
  outcome.found_jobs = !selection.jobs.empty();
  if (selection.jobs.empty()) return outcome;
  job.log->add(MessageType::info, jobs::chosen_text(job.type, selection.jobs));
  start_workers(job, surroundings, selection.jobs);
  return outcome;
}

// The job that works on another one.

/// Somebody may have been faster; then there is nothing left to do.
bool is_still_there(ActiveJob& job, catalog::Catalog& catalog) {
  const auto& words = jobs::copy_words(job.type);
  const JobId id = job.plan.copy->source.id;
  const auto source = catalog.jobs().find(id);
  const bool is_there = source && (source->type == JobType::backup || source->type == JobType::copy_of_job ||
                                   source->type == JobType::archive);
  if (!is_there)
    job.log->add(MessageType::info, fmt::format("JobId {} already {} probably by another Job. {} stopped.\n",
                                                id.value, words.done, words.operation));
  return is_there;
}

void begin_result(ActiveJob& job, catalog::JobRow& result, catalog::Catalog& catalog) {
  result.status = JobStatus::running;
  result.started = job.row.started;
  catalog.jobs().start(result);
}

/// The row of the new job, with the times of the one it was made of.
void complete_result(catalog::JobRow& result, const ActiveJob& job, const JobOutcome& outcome,
                     JobStatus status, Moment now) {
  const catalog::JobRow& source = job.plan.copy->source;
  result.status = status;
  result.session = job.row.session;
  result.ended = result.really_ended = std::max(now, result.started);
  result.job_tdate = result.ended.time_since_epoch().count();
  if (outcome.storage) {
    result.files = outcome.storage->files;
    result.bytes = outcome.storage->bytes;
    result.errors = outcome.storage->errors;
  }
  if (jobs::is_good(status)) jobs::take_times(result, source, now);
}

JobOutcome work(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  const auto& words = jobs::copy_words(job.type);
  const CopyPlan& copy = *job.plan.copy;
  if (!copy.failure.empty()) {
    job.fail(copy.failure);
    return {};
  }
  if (!copy.result.id) {
    job.log->add(MessageType::info, fmt::format("Previous Job has no data to {}.\n", words.action));
    return {};
  }
  job.log->add(MessageType::info,
               fmt::format("Start {} JobId {}, Job={}\n", words.operation, job.id.value, job.name));
  catalog::JobRow result = copy.result;
  begin_result(job, result, catalog);
  JobOutcome outcome;
  outcome.found_jobs = is_still_there(job, catalog);
  if (outcome.found_jobs) {
    outcome = copy.is_between_daemons(*job.plan.storage.resource)
                  ? run_replication(job, surroundings, catalog)
                  : run_between_volumes(job, surroundings, catalog, copy.bootstrap, words.operation);
    outcome.found_jobs = true;
    const bool seems_good = jobs::is_good(final_status(job, outcome));
    if (seems_good && !is_complete_copy(job, outcome, copy.files, copy.source.id, catalog))
      job.set_status(JobStatus::error_terminated);
  }
  const JobStatus status = outcome.found_jobs ? final_status(job, outcome) : JobStatus::cancelled;
  if (outcome.found_jobs && jobs::is_good(status)) job.row.prior = result.id;
  complete_result(result, job, outcome, status, now_of(surroundings));
  if (is_clean(result) && catalog.jobs().is_whole(copy.source.id)) catalog.jobs().note_whole(result.id);
  const auto source =
      job.plan.resource->purge_migration_job ? jobs::Migrated::is_purged : jobs::Migrated::stays;
  jobs::settle_copy(catalog, job.type, result, copy.source.id, source);
  return outcome;
}

}  // namespace

JobOutcome run_between_volumes(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog,
                               const format::Bootstrap& bootstrap, std::string_view what) {
  DataJob data(job, surroundings, catalog, what);
  JobOutcome outcome = data.run([&](DataJob& d) {
    d.start_storage(StorageSide::Access::write);
    d.storage().send_bootstrap(format::to_text(bootstrap));
    d.ask_storage_erase_command();
    d.storage().reserve(StorageSide::Access::read);
    d.storage().reserve(StorageSide::Access::write);
    d.run_storage();
  });
  tell_about_insert(job, outcome);
  return outcome;
}

void abandon_result(const JobPlan& plan, const catalog::JobRow& ended, catalog::Catalog& catalog) {
  if (!plan.copy || !plan.copy->result.id) return;
  auto result = catalog.jobs().find(plan.copy->result.id);
  if (!result || jobs::is_final(result->status)) return;
  result->status = ended.status;
  result->started = result->ended = result->really_ended = ended.ended;
  result->prior = plan.copy->source.id;
  catalog.jobs().finish(*result);
}

JobOutcome run_copy(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  return job.plan.copy ? work(job, surroundings, catalog) : select(job, surroundings, catalog);
}

}  // namespace holdfast::director

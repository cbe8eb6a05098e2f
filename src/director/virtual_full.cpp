// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/virtual_full.h"

#include "base/error.h"
#include "base/job_words.h"
#include "base/text.h"
#include "catalog/copy_catalog.h"
#include "catalog/retention_catalog.h"
#include "director/completeness.h"
#include "director/copy.h"
#include "director/data_job.h"
#include "director/whole_job.h"
#include "jobs/consolidation.h"
#include "jobs/restore_selection.h"
#include "jobs/texts.h"
#include "jobs/virtual_full_sources.h"

namespace holdfast::director {
namespace {

using catalog::JobRow;

/// The jobs it is made of, oldest first. Empty, and the job has failed, where it cannot be made.
std::vector<JobRow> sources_of(ActiveJob& job, catalog::Catalog& catalog) {
  auto found = jobs::virtual_full_sources(catalog.jobs(), *job.plan.resource, *job.plan.fileset, job.row,
                                          job.plan.request.job_ids);
  for (const std::string& text : found.errors) job.log->add(MessageType::error, text);
  if (found.failure.empty()) return std::move(found.jobs);
  job.fail(found.failure);
  return {};
}

jobs::RestorePlan plan_of(ActiveJob& job, catalog::Catalog& catalog, const std::vector<JobId>& sources) {
  jobs::RestoreSelection selection;
  catalog.files().list_current(sources, [&](const catalog::FileRow& file) {
    selection.add(file);
    return true;
  });
  if (selection.files_lacking_parts() > 0)
    throw Error(ErrorKind::not_found,
                "{} files build on parts of themselves that are in none of these jobs; consolidated without "
                "them they could "
                "never be restored.",
                selection.files_lacking_parts());
  selection.order_by(sources);
  auto plan = jobs::plan_restore(catalog.volumes(), selection,
                                 jobs::storage_by_resources(*job.plan.configuration, catalog.storages(),
                                                            job.plan.copy->read_storage.resource));
  if (!plan.jobs_without_pieces.empty())
    throw Error(ErrorKind::not_found, "No volume is known for files of JobIds {}.",
                jobs::id_text(plan.jobs_without_pieces));
  return plan;
}

JobOutcome consolidate(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog,
                       const std::vector<JobRow>& sources) {
  const auto ids = jobs::ids_of(sources);
  const auto plan = plan_of(job, catalog, ids);
  if (plan.files == 0) throw Error(ErrorKind::not_found, "There are no files in these jobs.");
  const BootstrapFile file(*job.plan.configuration, plan.bootstrap);
  job.log->add(MessageType::info, fmt::format("Bootstrap records written to {}\n", file.path()));
  job.log->add(MessageType::info,
               fmt::format("Consolidating JobIds {} containing {} files\n", jobs::id_text(ids), plan.files));
  JobOutcome outcome = run_between_volumes(job, surroundings, catalog, plan.bootstrap, "Virtual Backup");
  if (jobs::is_good(final_status(job, outcome)) && !is_complete_copy(job, outcome, plan.files, {}, catalog))
    job.set_status(JobStatus::error_terminated);
  return outcome;
}

/// Level and times are those of the jobs it is made of, so that it takes their place.
void take_place(ActiveJob& job, JobOutcome& outcome, catalog::Catalog& catalog,
                const std::vector<JobRow>& sources) {
  if (outcome.storage) {
    job.row.files = outcome.storage->files;
    job.row.bytes = outcome.storage->bytes;
  }
  const JobRow& last = sources.back();
  outcome.times = JobTimes{last.started, last.ended, last.job_tdate};
  if (!job.plan.request.job_ids.empty()) {
    const auto ids = jobs::ids_of(sources);
    job.log->add(MessageType::info, fmt::format("Replicating deleted files from jobids {} to jobid {}\n",
                                                jobs::id_text(ids), job.id.value));
    catalog.copies().copy_deleted_files(ids, job.id);
  }
  if (!jobs::is_good(final_status(job, outcome))) return;
  job.row.level = sources.front().level;
  job.log->add(MessageType::info, fmt::format("Joblevel was set to joblevel of first consolidated job: {}\n",
                                              level_keyword(job.row.level, "None")));
}

void purge_sources(ActiveJob& job, catalog::Catalog& catalog, const std::vector<JobRow>& sources) {
  const config::Job& resource = *job.plan.resource;
  if (!jobs::is_good(job.row.status) || !resource.always_incremental ||
      resource.always_incremental_job_retention.count() == 0)
    return;
  const auto ids = jobs::ids_of(sources);
  catalog.retention().purge_jobs(ids);
  job.log->add(MessageType::info, fmt::format("purged JobIds {} as they were consolidated into Job {}\n",
                                              jobs::id_text(ids), job.id.value));
}

}  // namespace

JobOutcome run_virtual_full(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  JobOutcome outcome;
  job.log->add(MessageType::info,
               fmt::format("Start Virtual Backup JobId {}, Job={}\n", job.id.value, job.name));
  if (!job.plan.accurate) {
    job.log->add(MessageType::warning,
                 "This Job is not an Accurate backup so is not equivalent to a Full backup.\n");
    outcome.expected_warnings = 1;
  }
  if (!job.plan.copy->failure.empty()) {
    job.fail(job.plan.copy->failure);
    return outcome;
  }
  try {
    const auto sources = sources_of(job, catalog);
    if (sources.empty()) return outcome;
    const auto warnings = outcome.expected_warnings;
    outcome = consolidate(job, surroundings, catalog, sources);
    outcome.expected_warnings = warnings;
    take_place(job, outcome, catalog, sources);
    const bool is_whole = make_whole(sources, job.plan.fileset->name, catalog);
    outcome.completed = [&job, &catalog, is_whole] {
      if (is_whole && is_clean(job.row)) catalog.jobs().note_whole(job.id);
    };
    outcome.afterwards = [&job, &catalog, sources] { purge_sources(job, catalog, sources); };
  } catch (const Error& error) {
    job.fail(fmt::format("{}\n", error.message()));
  }
  return outcome;
}

}  // namespace holdfast::director

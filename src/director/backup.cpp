// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/backup.h"

#include "base/job_words.h"
#include "director/accurate.h"
#include "director/completeness.h"
#include "director/data_job.h"
#include "director/job_retention.h"
#include "director/virtual_full.h"
#include "director/whole_job.h"

namespace holdfast::director {
namespace {

/// What plugins of the client left with the backup that this one builds on.
std::vector<catalog::RestoreObjectRow> objects_of_previous(const ActiveJob& job, catalog::Catalog& catalog) {
  const auto previous = catalog.jobs().find(job.plan.previous_job);
  if (!previous) return {};
  return catalog.files().restore_objects({&previous->id, 1});
}

void talk(DataJob& data, ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  data.start_storage(StorageSide::Access::write);
  data.ask_storage_erase_command();
  data.start_client();
  ClientSide& client = data.client();
  client.send_level(job.level);
  data.send_fileset();
  client.send_plugin_options();
  if (job.level == JobLevel::incremental || job.level == JobLevel::differential)
    client.send_restore_objects(objects_of_previous(job, catalog));
  data.outcome().client_erase_command = client.secure_erase_command();
  client.limit_bandwidth(job.name);
  job.declare_started(surroundings.clock.instant());
  data.send_scripts();
  job.row.started = std::chrono::floor<std::chrono::seconds>(surroundings.clock.now());
  catalog.jobs().start(job.row);
  if (wants_accurate_list(job.plan, job.level))
    send_accurate_list(client, job.plan, job.row, catalog, surroundings.clock,
                       [&](std::string_view text) { job.log->add(MessageType::info, text); });
  data.storage().reserve(StorageSide::Access::write);
  if (job.plan.client->passive)
    data.storage().connect_to_client(client.passive_client());
  else
    client.send_storage(*job.plan.storage.resource, data.key(), ClientSide::WithKey::no);
  data.run_storage();
  client.start_backup();
  data.hear_client_end();
}

/// Levels that would need what this version cannot do; saving something else under their name would be a lie.
bool is_possible(JobLevel level) {
  return level == JobLevel::full || level == JobLevel::incremental || level == JobLevel::differential ||
         level == JobLevel::base;
}

}  // namespace

JobOutcome run_backup(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  if (job.level == JobLevel::virtual_full) return run_virtual_full(job, surroundings, catalog);
  if (!is_possible(job.level)) {
    job.fail(fmt::format("Backups of level {} are not supported by this version; nothing was done.\n",
                         level_keyword(job.level, "None")));
    return {};
  }
  job.log->add(MessageType::info, fmt::format("Start Backup JobId {}, Job={}\n", job.id.value, job.name));
  if (!is_within_quota(job, catalog, surroundings)) return {};
  DataJob data(job, surroundings, catalog, "Backup");
  JobOutcome outcome = data.run([&](DataJob& d) { talk(d, job, surroundings, catalog); });
  tell_about_insert(job, outcome);
  if (final_status(job, outcome) == JobStatus::terminated ||
      final_status(job, outcome) == JobStatus::warnings)
    if (!is_complete(job, outcome, catalog)) job.set_status(JobStatus::error_terminated);
  outcome.completed = [&job, &catalog] { note_if_whole(job, catalog); };
  if (outcome.client) check_quota_after(job, outcome.client->bytes, catalog, surroundings);
  return outcome;
}

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/verify.h"

#include <algorithm>

#include "base/error.h"
#include "base/job_words.h"
#include "director/bootstrap_file.h"
#include "director/data_job.h"
#include "director/verified_files.h"
#include "jobs/job_chain.h"
#include "jobs/restore_selection.h"
#include "jobs/texts.h"

namespace holdfast::director {
namespace {

using catalog::JobFilter;
using catalog::JobRow;

bool reads_volumes(JobLevel level) {
  return level == JobLevel::verify_volume || level == JobLevel::verify_data;
}

std::optional<JobRow> newest(catalog::Catalog& catalog, JobFilter filter) {
  filter.statuses = {JobStatus::terminated, JobStatus::warnings};
  filter.order = JobFilter::Order::newest_start_first;
  filter.limit = 1;
  auto rows = catalog.jobs().list(filter);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

JobRow last_init(const ActiveJob& job, catalog::Catalog& catalog) {
  JobFilter filter;
  filter.name = job.row.name;
  filter.client = job.row.client;
  filter.types = {JobType::verify};
  filter.levels = {JobLevel::verify_init};
  if (auto found = newest(catalog, std::move(filter))) return std::move(*found);
  throw Error(ErrorKind::not_found,
              "Unable to find JobId of previous InitCatalog Job.\nPlease run a Verify with Level=InitCatalog "
              "before\nrunning the current Job.");
}

JobRow chosen_job(JobId id, catalog::Catalog& catalog) {
  auto row = catalog.jobs().find(id);
  if (!row) throw Error(ErrorKind::not_found, "JobId {} is not in the catalog.", id.value);
  if (!jobs::is_good(row->status))
    throw Error(ErrorKind::invalid, "Last Job {} did not Terminate normally. JobStatus={}", id.value,
                static_cast<char>(row->status));
  return std::move(*row);
}

JobRow last_backup(const ActiveJob& job, catalog::Catalog& catalog) {
  JobFilter filter;
  filter.types = {JobType::backup};
  if (const auto* verified = job.plan.request.verify_job)
    filter.name = verified->name;
  else
    filter.client = job.row.client;
  if (auto found = newest(catalog, std::move(filter))) return std::move(*found);
  throw Error(ErrorKind::not_found, "Unable to find JobId of previous Job for this client.");
}

/// The job to compare with.
JobRow previous_job(const ActiveJob& job, catalog::Catalog& catalog) {
  if (job.level == JobLevel::verify_catalog) return last_init(job, catalog);
  const auto& given = job.plan.request.job_ids;
  return given.empty() ? last_backup(job, catalog) : chosen_job(given.front(), catalog);
}

/// Where the files that a client finds on its disks are looked up: in the newest backup of the client that has them.
std::vector<JobId> backups_of_client(const ActiveJob& job, catalog::Catalog& catalog) {
  JobFilter filter;
  filter.client = job.row.client;
  filter.types = {JobType::backup};
  filter.statuses = {JobStatus::terminated, JobStatus::warnings};
  filter.order = JobFilter::Order::newest_start_first;
  return jobs::ids_of(catalog.jobs().list(filter));
}

VerifyBasis basis_of(const ActiveJob& job, const JobRow& previous, catalog::Catalog& catalog) {
  VerifyBasis basis;
  basis.job = previous.id;
  basis.known =
      job.level == JobLevel::verify_disk ? backups_of_client(job, catalog) : std::vector{previous.id};
  basis.place = reads_volumes(job.level) ? "the Volume(s)" : "disk";
  return basis;
}

/// Every file of the job that volumes hold.
jobs::RestorePlan whole_job(const JobRow& previous, const JobPlan& plan, catalog::Catalog& catalog) {
  jobs::RestoreSelection selection;
  catalog.files().list(previous.id, [&](const catalog::FileRow& file) {
    selection.add(previous.id, file.file_index);
    return true;
  });
  auto needed = jobs::plan_restore(
      catalog.volumes(), selection,
      jobs::storage_by_resources(*plan.configuration, catalog.storages(), plan.storage.resource));
  if (needed.bootstrap.sections.empty())
    throw Error(
        ErrorKind::not_found,
        "The catalog knows no volume that holds files of JobId {}; they were pruned, or there are none.",
        previous.id.value);
  const auto& first = needed.bootstrap.sections.front().storage;
  for (const auto& section : needed.bootstrap.sections)
    if (section.storage != first)
      throw Error(ErrorKind::unsupported,
                  "The files of JobId {} lie on several storages; a verify job reads one.",
                  previous.id.value);
  return needed;
}

class VerifyTalk {
 public:
  VerifyTalk(ActiveJob& job, VerifiedFiles& files, const jobs::RestorePlan& volumes)
      : job_(job), files_(files), volumes_(volumes) {}

  void operator()(DataJob& data) {
    if (!reads_volumes(job_.level)) {
      data.start_client();
      data.send_fileset();
    } else {
      start_reading(data);
    }
    data.send_scripts();
    data.client().start_verify(job_.level);
    data.client().hear_verified([&](std::string_view packet) {
      const std::uint32_t index = take_verify_packet(packet, files_);
      if (index > 0) data.outcome().files_examined = index;
    });
    data.hear_client_end();
  }

 private:
  void start_reading(DataJob& data) {
    const auto& storage = volumes_.bootstrap.sections.front().storage;
    const config::Storage* named =
        storage ? job_.plan.configuration->find_storage(*storage) : job_.plan.storage.resource;
    data.start_storage(StorageSide::Access::read, named);
    data.storage().send_bootstrap(format::to_text(volumes_.bootstrap));
    data.ask_storage_erase_command();
    data.storage().reserve(StorageSide::Access::read);
    const bool is_passive = job_.plan.client->passive;
    if (!is_passive) data.run_storage();
    data.start_client();
    data.send_fileset();
    if (is_passive) {
      data.storage().connect_to_client(data.client().passive_client());
      data.run_storage();
    } else {
      data.client().send_storage(data.storage_resource(), "", ClientSide::WithKey::yes);
    }
  }

  ActiveJob& job_;
  VerifiedFiles& files_;
  const jobs::RestorePlan& volumes_;
};

/// What the volumes brought must be all that the catalog knows.
void compare_count(ActiveJob& job, const JobOutcome& outcome) {
  if (job.is_cancelled() || outcome.files_examined == outcome.files_expected) return;
  job.log->add(MessageType::error, fmt::format("{} files were read from the Volume(s), {} were expected.\n",
                                               outcome.files_examined, outcome.files_expected));
  job.set_status(JobStatus::error_terminated);
}

void say_start(ActiveJob& job) {
  job.log->add(MessageType::info, fmt::format("Start Verify JobId={} Level={} Job={}\n", job.id.value,
                                              level_keyword(job.level, "None"), job.name));
}

JobOutcome converse(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog,
                    VerifiedFiles& files, const jobs::RestorePlan& volumes) {
  say_start(job);
  DataJob data(job, surroundings, catalog, "Verify");
  JobOutcome outcome = data.run(VerifyTalk(job, files, volumes));
  outcome.files_expected = volumes.files;
  if (job.is_cancelled() || !outcome.client) return outcome;
  files.finish();
  if (reads_volumes(job.level)) compare_count(job, outcome);
  // Files whose data could not be read are errors of the client; volumes like that are not as the catalog has them.
  if (job.level == JobLevel::verify_data && outcome.client->errors > 0)
    job.set_status(JobStatus::differences);
  return outcome;
}

bool is_verify_level(JobLevel level) {
  return std::any_of(wire::verify_levels.begin(), wire::verify_levels.end(),
                     [&](const auto& known) { return known.second == level; });
}

JobOutcome verify(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  if (!is_verify_level(job.level))
    throw Error(ErrorKind::unsupported, "Unimplemented verify level {}", static_cast<int>(job.level));
  if (job.level == JobLevel::verify_init)
    return converse(job, surroundings, catalog, *store_verified_files(job, catalog), {});
  const JobRow previous = previous_job(job, catalog);
  job.log->add(MessageType::info,
               fmt::format("Verifying against JobId={} Job={}\n", previous.id.value, previous.job));
  if (previous.files == 0) return {};
  if (previous.files_purged)
    throw Error(ErrorKind::not_found, "The files of JobId {} were pruned from the catalog.",
                previous.id.value);
  jobs::RestorePlan volumes;
  std::optional<BootstrapFile> file;
  if (reads_volumes(job.level)) {
    volumes = whole_job(previous, job.plan, catalog);
    file.emplace(*job.plan.configuration, volumes.bootstrap);
    job.log->add(MessageType::info, fmt::format("Bootstrap records written to {}\n", file->path()));
  }
  return converse(job, surroundings, catalog,
                  *compare_verified_files(job, catalog, basis_of(job, previous, catalog)), volumes);
}

}  // namespace

JobOutcome run_verify(ActiveJob& job, JobSurroundings& surroundings, catalog::Catalog& catalog) {
  try {
    return verify(job, surroundings, catalog);
  } catch (const Error& error) {
    job.fail(fmt::format("{}\n", error.message()));
    return {};
  }
}

}  // namespace holdfast::director

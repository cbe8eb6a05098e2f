// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/job_end.h"

#include "base/error.h"
#include "director/copy.h"
#include "director/job_retention.h"
#include "director/job_types.h"
#include "director/write_bootstrap.h"
#include "jobs/report.h"
#include "wire/handshake.h"

namespace holdfast::director {
namespace {

constexpr std::string_view binary_info =
    "Self-compiled: Get professional support from https://www.bareos.com";

Moment now_of(const JobSurroundings& surroundings) {
  return std::chrono::floor<std::chrono::seconds>(surroundings.clock.now());
}

std::string joined(const std::vector<std::string>& names, char separator) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

/// The algorithms of the FileSet's Compression options, for the report: "gzip".
std::string compression_names(const config::FileSet& fileset) {
  std::string names;
  for (const auto& block : fileset.blocks)
    for (const auto& options : block.options)
      for (const auto& option : options.options) {
        if (option.keyword != "Compression") continue;
        std::string name;
        for (const char c : option.value)
          if (c < '0' || c > '9' || name == "lz") name += static_cast<char>(c | 0x20);
        if (names.find(name) == std::string::npos) names += (names.empty() ? "" : ",") + name;
      }
  return names;
}

std::string_view trigger_text(console::JobTrigger trigger) {
  switch (trigger) {
    case console::JobTrigger::scheduler: return "Scheduler";
    case console::JobTrigger::client: return "Client";
    case console::JobTrigger::user: return "User";
    case console::JobTrigger::unknown: break;
  }
  return "Unknown";
}

void add_resources(jobs::JobReport& report, const JobPlan& plan) {
  if (plan.client != nullptr) report.client = plan.client->name;
  if (plan.fileset != nullptr) report.fileset = plan.fileset->name;
  report.fileset_created = plan.fileset_created;
  if (plan.pool.resource != nullptr) report.pool = plan.pool.resource->name;
  report.pool_source = plan.pool.source;
  if (plan.catalog.resource != nullptr) report.catalog = plan.catalog.resource->name;
  report.catalog_source = plan.catalog.source;
  if (plan.storage.resource != nullptr) report.storage = plan.storage.resource->name;
  report.storage_source = plan.storage.source;
  report.priority = plan.priority;
  report.trigger = trigger_text(plan.request.trigger);
  report.allows_mixed_priority = plan.resource->allow_mixed_priority;
  report.accurate = plan.accurate;
  report.since_text = plan.since_text;
  report.files_expected = plan.request.expected_files;
  if (plan.request.verify_job != nullptr) report.verified_job = plan.request.verify_job->name;
  report.director = plan.configuration->director().name;
  report.director_erase_command = plan.configuration->director().secure_erase_command;
}

void add_outcome(jobs::JobReport& report, const JobOutcome& outcome, const ActiveJob& job) {
  if (outcome.client) {
    report.client_files = outcome.client->files;
    report.client_bytes = outcome.client->bytes;
    report.client_bytes_read = outcome.client->bytes_read;
    report.client_errors = outcome.client->errors;
    report.vss = outcome.client->vss;
    report.encrypted = outcome.client->encrypted;
    report.client_status = outcome.client->status;
  }
  report.storage_status = job.state.read([](const ActiveJob::State& state) { return state.storage_status; });
  if (outcome.storage) {
    report.storage_files = outcome.storage->files;
    report.storage_bytes = outcome.storage->bytes;
    report.storage_errors = outcome.storage->errors;
    report.storage_status = outcome.storage->status;
  }
  if (outcome.files_expected > 0) report.files_expected = outcome.files_expected;
  report.files_examined = outcome.files_examined;
  report.client_erase_command = outcome.client_erase_command;
  report.storage_erase_command = outcome.storage_erase_command;
  report.client_system = outcome.client_system.empty() ? job.plan.client_system : outcome.client_system;
}

jobs::CopyReport copy_report_of(const ActiveJob& job, const JobOutcome& outcome) {
  jobs::CopyReport report;
  report.found_jobs = outcome.found_jobs;
  if (!job.plan.copy) return report;
  const CopyPlan& copy = *job.plan.copy;
  report.source = copy.source.id;
  report.source_job = copy.source.job;
  report.result = copy.result.id;
  if (copy.read_pool.resource != nullptr) report.read_pool = copy.read_pool.resource->name;
  report.read_pool_source = copy.read_pool.source;
  if (copy.read_storage.resource != nullptr) report.read_storage = copy.read_storage.resource->name;
  report.read_storage_source = copy.read_storage.source;
  return report;
}

jobs::JobReport report_of(const ActiveJob& job, const JobOutcome& outcome, catalog::Catalog& catalog,
                          const JobSurroundings& surroundings) {
  jobs::JobReport report;
  report.version = wire::announced_version;
  report.short_date = wire::announced_short_date;
  report.system = surroundings.system;
  report.binary = binary_info;
  report.job = job.id;
  report.unique_name = job.name;
  report.type = job.type;
  report.level = job.level;
  report.status = job.row.status;
  report.scheduled = job.row.scheduled;
  report.started = job.row.started;
  report.ended = job.row.ended;
  report.session = job.row.session;
  add_resources(report, job.plan);
  add_outcome(report, outcome, job);
  if (job.plan.fileset != nullptr)
    report.compression = jobs::compression_text(report.client_bytes_read, report.client_bytes,
                                                compression_names(*job.plan.fileset));
  const auto written = catalog.volumes().names_of_job(job.writes_for());
  report.volumes = joined(written, '|');
  const bool has_read = job.plan.copy && !written.empty();
  if (const auto volume = catalog.volumes().find(has_read ? written.back() : outcome.last_volume))
    report.last_volume_bytes = volume->bytes;
  report.copy = copy_report_of(job, outcome);
  return report;
}

}  // namespace

namespace {

/// The first of them that is not T; f for one that never reported.
JobStatus daemon_status(const JobOutcome& outcome) {
  const auto first_bad = [](bool has, const auto& end) {
    if (!has) return JobStatus::terminated;
    return end ? end->status : JobStatus::fatal;
  };
  const JobStatus client = first_bad(outcome.has_client, outcome.client);
  return client != JobStatus::terminated ? client : first_bad(outcome.has_storage, outcome.storage);
}

}  // namespace

JobStatus final_status(const ActiveJob& job, const JobOutcome& outcome) {
  const JobStatus own = job.status();
  const JobStatus daemons = daemon_status(outcome);
  if (own == JobStatus::differences) return merged(own, daemons);
  if (own != JobStatus::running && own != JobStatus::created && own != JobStatus::terminated) return own;
  if (job.log->counts().is_fatal) return JobStatus::fatal;
  if (daemons != JobStatus::terminated) return daemons;
  const auto counts = job.log->counts();
  const bool has_errors = counts.errors > 0 || counts.warnings > outcome.expected_warnings ||
                          (outcome.client && outcome.client->errors > 0) ||
                          (outcome.storage && outcome.storage->errors > 0);
  return has_errors ? JobStatus::warnings : JobStatus::terminated;
}

void tell_about_insert(ActiveJob& job, const JobOutcome& outcome) {
  if (outcome.catalogued == 0) return;
  job.log->add(MessageType::info,
               fmt::format("Insert of attributes batch table with {} entries start\n", outcome.catalogued));
  job.log->add(MessageType::info, "Insert of attributes batch table done\n");
}

void finish_job(ActiveJob& job, const JobOutcome& outcome, catalog::Catalog& catalog,
                const JobSurroundings& surroundings) {
  catalog::JobRow& row = job.row;
  row.ended = row.really_ended = std::max(now_of(surroundings), row.started);
  row.job_tdate = row.ended.time_since_epoch().count();
  row.status = final_status(job, outcome);
  if (outcome.times) {
    row.started = outcome.times->started;
    row.ended = outcome.times->ended;
    row.job_tdate = outcome.times->job_tdate;
  }
  if (outcome.client) {
    row.files = outcome.client->files;
    row.bytes = outcome.client->bytes;
    row.read_bytes = outcome.client->bytes_read;
  }
  const auto counts = job.log->counts();
  row.errors = static_cast<std::uint32_t>(counts.errors + (outcome.client ? outcome.client->errors : 0) +
                                          (outcome.storage ? outcome.storage->errors : 0));
  if (outcome.completed) outcome.completed();
  catalog.jobs().finish(row);
  abandon_result(job.plan, row, catalog);
  job.state.with([&](ActiveJob::State& state) {
    state.files = row.files;
    state.bytes = row.bytes;
  });
  const std::string volumes = joined(catalog.volumes().names_of_job(job.writes_for()), '|');
  job.state.with([&](ActiveJob::State& state) { state.volumes = volumes; });
  if (job.type == JobType::backup) write_bootstrap(job, catalog);
  auto report = report_of(job, outcome, catalog, surroundings);
  report.warnings = counts.warnings - std::min(counts.warnings, outcome.expected_warnings);
  add_quota(report, job, catalog, surroundings);
  const bool is_failed = row.status == JobStatus::fatal || row.status == JobStatus::error_terminated;
  const JobKind* kind = kind_of(job.type);
  job.log->add(is_failed ? MessageType::error : MessageType::info,
               kind == nullptr ? jobs::backup_report(report) : kind->report(report));
  if (outcome.afterwards) outcome.afterwards();
}

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/copy_report.h"

#include "base/job_words.h"
#include "jobs/report_lines.h"

namespace holdfast::jobs {
namespace {

constexpr std::string_view nothing = "*None*";

std::string or_nothing(const std::string& text) { return text.empty() ? std::string(nothing) : text; }

std::string copy_termination(const JobReport& report) {
  const CopyWords& words = copy_words(report.type);
  switch (report.status) {
    case JobStatus::terminated:
    case JobStatus::warnings:
      if (!report.copy.found_jobs) return fmt::format("{} -- no files to {}", words.operation, words.action);
      return fmt::format("{} OK{}", words.operation,
                         report.status == JobStatus::warnings ? " -- with warnings" : "");
    case JobStatus::fatal:
    case JobStatus::error_terminated: return fmt::format("*** {} Error ***", words.operation);
    case JobStatus::cancelled: return fmt::format("{} Canceled", words.operation);
    default: return fmt::format("Inappropriate {} term code", words.operation);
  }
}

void add_times(Lines& lines, const JobReport& report) {
  lines.add("Start time", report_time(report.started))
      .add("End time", report_time(report.ended))
      .add("Elapsed time", elapsed_text(report.ended - report.started))
      .add_plain("Priority", report.priority);
}

void add_written(Lines& lines, const JobReport& report) {
  lines.add_plain("Volume Session Id", report.session.id)
      .add_plain("Volume Session Time", report.session.time)
      .add("Last Volume Bytes", bytes_text(report.last_volume_bytes))
      .add_plain("SD Errors", report.storage_errors)
      .add("SD termination status", std::string_view(termination_status(report.storage_status)));
}

void add_worker(Lines& lines, const JobReport& report) {
  const CopyReport& copy = report.copy;
  lines.add_plain("Prev Backup JobId", copy.source.value)
      .add("Prev Backup Job", copy.source_job)
      .add("New Backup JobId", copy.result ? std::to_string(copy.result.value) : std::string(nothing))
      .add_plain("Current JobId", report.job.value)
      .add("Current Job", report.unique_name)
      .add("Backup Level", fmt::format("{}{}", level_keyword(report.level, "None"), report.since_text))
      .add("Client", or_nothing(report.client))
      .add("FileSet", fmt::format("\"{}\"", or_nothing(report.fileset)))
      .add_source("Read Pool", copy.read_pool, copy.read_pool_source)
      .add_source("Read Storage", copy.read_storage, copy.read_storage_source)
      .add_source("Write Pool", report.pool, report.pool_source)
      .add_source("Write Storage", report.storage, report.storage_source)
      .add_source("Next Pool", report.pool, report.pool_source)
      .add_source("Catalog", report.catalog, report.catalog_source);
  add_times(lines, report);
  lines.add("SD Files Written", report.storage_files)
      .add("SD Bytes Written", bytes_text(report.storage_bytes))
      .add("Rate", rate_text(report.storage_bytes, report.ended - report.started) + " KB/s")
      .add("Volume name(s)", or_nothing(report.volumes));
  add_written(lines, report);
}

void add_control(Lines& lines, const JobReport& report) {
  lines.add_plain("Current JobId", report.job.value)
      .add("Current Job", report.unique_name)
      .add_source("Catalog", report.catalog, report.catalog_source);
  add_times(lines, report);
}

void add_last(Lines& lines, const JobReport& report, std::string_view termination) {
  lines.add("Bareos binary info", report.binary)
      .add("Job triggered by", report.trigger)
      .add("Termination", termination);
}

}  // namespace

const CopyWords& copy_words(JobType type) {
  static constexpr CopyWords copying{"Copying", "copy", "copied"};
  static constexpr CopyWords migration{"Migration", "migrate", "migrated"};
  return type == JobType::migrate ? migration : copying;
}

std::string copy_report(const JobReport& report) {
  Lines lines(report);
  lines.add("OS Information", report.system);
  report.copy.source ? add_worker(lines, report) : add_control(lines, report);
  add_last(lines, report, copy_termination(report));
  return lines.finish();
}

std::string virtual_full_report(const JobReport& report) {
  Lines lines(report);
  const auto elapsed = report.ended - report.started;
  lines.add("OS Information", report.system)
      .add_plain("JobId", report.job.value)
      .add("Job", report.unique_name)
      .add("Backup Level", level_text(report.level))
      .add_quoted("Client", report.client, report.client_system)
      .add_quoted("FileSet", report.fileset, catalog::to_text(report.fileset_created))
      .add_source("Pool", report.pool, report.pool_source)
      .add_source("Catalog", report.catalog, report.catalog_source)
      .add_source("Storage", report.storage, report.storage_source)
      .add("Scheduled time", report_time(report.scheduled));
  add_times(lines, report);
  lines.add_flag("Allow Mixed Priority", report.allows_mixed_priority)
      .add("SD Files Written", report.storage_files)
      .add("SD Bytes Written", bytes_text(report.storage_bytes))
      .add("Rate", rate_text(report.storage_bytes, elapsed) + " KB/s")
      .add("Volume name(s)", report.volumes);
  add_written(lines, report);
  lines.add_flag("Accurate", report.accurate);
  add_last(lines, report, termination_text(report.type, report.status, report.warnings));
  return lines.finish();
}

}  // namespace holdfast::jobs

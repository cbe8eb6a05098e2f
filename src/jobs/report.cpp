// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/report.h"

#include "base/job_words.h"
#include "base/text.h"
#include "jobs/report_lines.h"

namespace holdfast::jobs {
namespace {

constexpr std::string_view no_erase_command = "*None*";

void add_erase_commands(Lines& lines, const JobReport& report) {
  if (!report.director_erase_command.empty())
    lines.add("Dir Secure Erase Cmd", report.director_erase_command);
  const auto add = [&](std::string_view label, const std::optional<std::string>& command) {
    if (command != no_erase_command) lines.add(label, command ? std::string_view(*command) : "(null)");
  };
  add("FD  Secure Erase Cmd", report.client_erase_command);
  add("SD  Secure Erase Cmd", report.storage_erase_command);
}

void add_last(Lines& lines, const JobReport& report) {
  lines.add("Bareos binary info", report.binary)
      .add("Job triggered by", report.trigger)
      .add("Termination", std::string_view(termination_text(report.type, report.status, report.warnings)));
}

void add_end(Lines& lines, const JobReport& report) {
  lines.add("FD termination status", std::string_view(termination_status(report.client_status)))
      .add("SD termination status", std::string_view(termination_status(report.storage_status)));
  add_erase_commands(lines, report);
  add_last(lines, report);
}

Lines& add_identity(Lines& lines, const JobReport& report) {
  return lines.add("OS Information", report.system)
      .add_plain("JobId", report.job.value)
      .add("Job", report.unique_name);
}

void add_quota(Lines& lines, const JobReport& report) {
  if (!report.quota) return;
  const QuotaReport& quota = *report.quota;
  lines.add("Quota Used", bytes_text(quota.used))
      .add("Burst Quota", bytes_text(quota.burst))
      .add("Soft Quota", bytes_text(quota.soft))
      .add("Hard Quota", bytes_text(quota.hard))
      .add("Grace Expiry Date",
           quota.grace_ends == Moment{} ? "Soft Quota not exceeded" : report_time(quota.grace_ends));
}

}  // namespace

std::string backup_report(const JobReport& report) {
  Lines lines(report);
  const auto elapsed = report.ended - report.started;
  add_identity(lines, report)
      .add("Backup Level", fmt::format("{}{}", level_keyword(report.level, "None"), report.since_text))
      .add_quoted("Client", report.client, report.client_system)
      .add_quoted("FileSet", report.fileset, catalog::to_text(report.fileset_created))
      .add_source("Pool", report.pool, report.pool_source)
      .add_source("Catalog", report.catalog, report.catalog_source)
      .add_source("Storage", report.storage, report.storage_source)
      .add("Scheduled time", report_time(report.scheduled))
      .add("Start time", report_time(report.started))
      .add("End time", report_time(report.ended))
      .add("Elapsed time", elapsed_text(elapsed))
      .add_plain("Priority", report.priority)
      .add_flag("Allow Mixed Priority", report.allows_mixed_priority)
      .add("FD Files Written", report.client_files)
      .add("SD Files Written", report.storage_files)
      .add("FD Bytes Read", bytes_text(report.client_bytes_read))
      .add("FD Bytes Written", bytes_text(report.client_bytes))
      .add("SD Bytes Written", bytes_text(report.storage_bytes));
  add_quota(lines, report);
  lines.add("Rate", rate_text(report.client_bytes, elapsed) + " KB/s")
      .add("Software Compression", report.compression)
      .add_flag("VSS", report.vss)
      .add_flag("Encryption", report.encrypted)
      .add_flag("Accurate", report.accurate)
      .add("Volume name(s)", report.volumes)
      .add_plain("Volume Session Id", report.session.id)
      .add_plain("Volume Session Time", report.session.time)
      .add("Last Volume Bytes", bytes_text(report.last_volume_bytes))
      .add_plain("Non-fatal FD errors", report.client_errors)
      .add_plain("SD Errors", report.storage_errors);
  add_end(lines, report);
  return lines.finish();
}

std::string restore_report(const JobReport& report) {
  Lines lines(report);
  const auto elapsed = report.ended - report.started;
  add_identity(lines, report)
      .add_quoted("Restore Client", report.client, report.client_system)
      .add("Start time", report_time(report.started))
      .add("End time", report_time(report.ended))
      .add("Elapsed time", elapsed_text(elapsed))
      .add("Files Expected", report.files_expected)
      .add("Files Restored", report.client_files)
      .add("Bytes Restored", report.client_bytes)
      .add("Rate", rate_text(report.client_bytes, elapsed) + " KB/s")
      .add_plain("FD Errors", report.client_errors);
  add_end(lines, report);
  return lines.finish();
}

std::string verify_report(const JobReport& report) {
  const bool reads_volumes = report.level == JobLevel::verify_volume || report.level == JobLevel::verify_data;
  Lines lines(report);
  lines.add(reads_volumes ? "OS Information" : "Build", report.system)
      .add_plain("JobId", report.job.value)
      .add("Job", report.unique_name)
      .add("FileSet", report.fileset)
      .add("Verify Level", level_keyword(report.level, "None"))
      .add("Client", report.client)
      .add_plain("Verify JobId", 0)
      .add("Verify Job", report.verified_job)
      .add("Start time", report_time(report.started))
      .add("End time", report_time(report.ended));
  if (reads_volumes) lines.add("Files Expected", report.files_expected);
  lines.add("Files Examined", report.files_examined)
      .add_plain("Non-fatal FD errors", report.client_errors)
      .add("FD termination status", std::string_view(termination_status(report.client_status)));
  if (reads_volumes)
    lines.add("SD termination status", std::string_view(termination_status(report.storage_status)));
  add_last(lines, report);
  return lines.finish();
}

std::string plain_report(const JobReport& report) {
  Lines lines(
      fmt::format("BAREOS {} ({}): {}\n", report.version, report.short_date, report_time(report.ended)));
  lines.add_plain("JobId", report.job.value)
      .add("Job", report.unique_name)
      .add("Scheduled time", report_time(report.scheduled))
      .add("Start time", report_time(report.started))
      .add("End time", report_time(report.ended));
  add_last(lines, report);
  return lines.finish();
}

namespace {

std::string verify_termination(JobStatus status) {
  switch (status) {
    case JobStatus::terminated: return "Verify OK";
    case JobStatus::warnings: return "Verify warnings";
    case JobStatus::fatal:
    case JobStatus::error_terminated: return "*** Verify Error ***";
    case JobStatus::cancelled: return "Verify Canceled";
    case JobStatus::differences: return "Verify Differences";
    default: return fmt::format("Inappropriate term code: {0:d} {0}\n", static_cast<char>(status));
  }
}

}  // namespace

std::string termination_text(JobType type, JobStatus status, std::uint64_t warnings) {
  if (type == JobType::verify) return verify_termination(status);
  const std::string_view what = type_text(type);
  switch (status) {
    case JobStatus::terminated: return fmt::format("{} OK{}", what, warnings > 0 ? " -- with warnings" : "");
    case JobStatus::warnings: return fmt::format("{} OK -- with warnings", what);
    case JobStatus::incomplete: return fmt::format("{} failed -- incomplete", what);
    case JobStatus::fatal:
    case JobStatus::error_terminated: return fmt::format("*** {} Error ***", what);
    case JobStatus::cancelled: return fmt::format("{} Canceled", what);
    default: return fmt::format("Inappropriate term code: {}\n", static_cast<char>(status));
  }
}

std::string compression_text(std::uint64_t read, std::uint64_t written, std::string_view algorithms) {
  if (read == 0 || algorithms.empty()) return "None";
  const double saved = 100.0 - 100.0 * static_cast<double>(written) / static_cast<double>(read);
  // Data that grew shows as nothing saved, as the peer has it.
  if (saved < 0.5) return "None";
  return fmt::format("{:.1f} % ({})", saved, algorithms);
}

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/report.h"
#include "base/job_words.h"

#include <gmock/gmock.h>

#include <ctime>

#include "base/text.h"
#include "testing/base/golden.h"

namespace holdfast::jobs {
namespace {

/// The fields of a recorded report by label.
using Fields = std::map<std::string, std::string>;

Fields fields_of(std::string_view report) {
  Fields fields;
  for (const std::string_view line : split(report, '\n')) {
    const auto colon = line.find(':');
    if (!line.starts_with("  ") || colon == std::string_view::npos) continue;
    fields[std::string(line.substr(2, colon - 2))] = line.size() > 26 ? line.substr(26) : "";
  }
  return fields;
}

std::uint64_t number(const std::string& text) {
  return parse_number<std::uint64_t>(replace_all(text.substr(0, text.find(' ')), ",", "")).value_or(0);
}

Moment moment(const std::string& text, const char* format) {
  std::tm local{};
  local.tm_isdst = -1;
  strptime(text.c_str(), format, &local);
  return Moment(std::chrono::seconds(std::mktime(&local)));
}

/// `"name" (From source)` or `"name" text`.
std::pair<std::string, std::string> name_and_source(const std::string& text) {
  const auto end = text.find('"', 1);
  std::string behind = text.substr(end + 2);
  if (behind.starts_with("(From ")) behind = behind.substr(6, behind.size() - 7);
  return {text.substr(1, end - 1), behind};
}

std::optional<JobStatus> status(const std::string& text) {
  for (const char letter : std::string("TWEfAeID"))
    if (termination_status(static_cast<JobStatus>(letter)) == text) return static_cast<JobStatus>(letter);
  return std::nullopt;
}

JobStatus job_status(const std::string& termination) {
  for (const char letter : std::string("TWfA"))
    if (termination_text(JobType::backup, static_cast<JobStatus>(letter), 0) == termination ||
        termination_text(JobType::restore, static_cast<JobStatus>(letter), 0) == termination)
      return static_cast<JobStatus>(letter);
  return JobStatus::created;
}

JobReport parsed(Fields fields) {
  JobReport report;
  report.director = "lab-dir";
  report.version = "25.1.0";
  report.short_date = "03Aug26";
  report.system = fields["OS Information"];
  report.binary = fields["Bareos binary info"];
  report.job = JobId(static_cast<std::uint32_t>(number(fields["JobId"])));
  report.unique_name = fields["Job"];
  const std::string& level = fields["Backup Level"];
  for (const JobLevel l : {JobLevel::full, JobLevel::incremental, JobLevel::differential})
    if (level.starts_with(level_keyword(l))) {
      report.level = l;
      report.since_text = level.substr(level_keyword(l).size());
    }
  const bool is_restore = fields.contains("Restore Client");
  std::tie(report.client, report.client_system) =
      name_and_source(fields[is_restore ? "Restore Client" : "Client"]);
  report.started = moment(fields["Start time"], "%d-%b-%Y %H:%M:%S");
  report.ended = moment(fields["End time"], "%d-%b-%Y %H:%M:%S");
  report.client_errors = number(fields[is_restore ? "FD Errors" : "Non-fatal FD errors"]);
  report.client_status = status(fields["FD termination status"]);
  report.storage_status = status(fields["SD termination status"]);
  report.status = job_status(fields["Termination"]);
  report.trigger = fields["Job triggered by"];
  if (!fields.contains("FD  Secure Erase Cmd")) report.client_erase_command = "*None*";
  if (!fields.contains("SD  Secure Erase Cmd")) report.storage_erase_command = "*None*";
  if (is_restore) {
    report.type = JobType::restore;
    report.files_expected = number(fields["Files Expected"]);
    report.client_files = number(fields["Files Restored"]);
    report.client_bytes = number(fields["Bytes Restored"]);
    return report;
  }
  std::string created;
  std::tie(report.fileset, created) = name_and_source(fields["FileSet"]);
  report.fileset_created = moment(created, "%Y-%m-%d %H:%M:%S");
  std::tie(report.pool, report.pool_source) = name_and_source(fields["Pool"]);
  std::tie(report.catalog, report.catalog_source) = name_and_source(fields["Catalog"]);
  std::tie(report.storage, report.storage_source) = name_and_source(fields["Storage"]);
  report.scheduled = moment(fields["Scheduled time"], "%d-%b-%Y %H:%M:%S");
  report.priority = static_cast<std::uint32_t>(number(fields["Priority"]));
  report.client_files = number(fields["FD Files Written"]);
  report.storage_files = number(fields["SD Files Written"]);
  report.client_bytes_read = number(fields["FD Bytes Read"]);
  report.client_bytes = number(fields["FD Bytes Written"]);
  report.storage_bytes = number(fields["SD Bytes Written"]);
  const std::string& compression = fields["Software Compression"];
  const auto bracket = compression.find('(');
  report.compression =
      bracket == std::string::npos
          ? compression
          : compression_text(report.client_bytes_read, report.client_bytes,
                             compression.substr(bracket + 1, compression.size() - bracket - 2));
  report.encrypted = fields["Encryption"] == "yes";
  report.accurate = fields["Accurate"] == "yes";
  report.volumes = fields["Volume name(s)"];
  report.session.id = static_cast<std::uint32_t>(number(fields["Volume Session Id"]));
  report.session.time = static_cast<std::uint32_t>(number(fields["Volume Session Time"]));
  report.last_volume_bytes = number(fields["Last Volume Bytes"]);
  report.storage_errors = number(fields["SD Errors"]);
  return report;
}

/// Every report of backup and restore jobs in a recorded log.
std::vector<std::string> reports_in(const std::string& text) {
  std::vector<std::string> reports;
  const std::string start = "Bareos lab-dir 25.1.0 (03Aug26):\n  OS Information:";
  for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const auto end = text.find("\n", text.find("  Termination:", at));
    std::string report = text.substr(at, end - at) + "\n\n";
    if (report.find("  Backup Level:") != std::string::npos ||
        report.find("Restore Client") != std::string::npos)
      if (report.find("Prev Backup") == std::string::npos && report.find("VSS:") != std::string::npos)
        reports.push_back(std::move(report));
  }
  return reports;
}

TEST(JobReport, IsWrittenAsTheRecordedOnes) {
  const auto volumes = testing_support::golden("volumes");
  const auto console = testing_support::golden("console");
  if (!volumes || !console) GTEST_SKIP() << "no golden recordings";
  int count = 0;
  for (const auto& folder : {*volumes, *console})
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".txt") continue;
      for (const std::string& recorded : reports_in(testing_support::read_file(entry.path()))) {
        const JobReport report = parsed(fields_of(recorded));
        EXPECT_EQ(backup_report(report), recorded) << entry.path();
        ++count;
      }
    }
  EXPECT_GT(count, 15);
}

TEST(JobReport, OfARestoreIsWrittenAsTheRecordedOne) {
  const auto file = testing_support::golden("console/restore-all.txt");
  if (!file) GTEST_SKIP() << "no golden recordings";
  const std::string text = testing_support::read_file(*file);
  const auto at = text.find("Bareos lab-dir 25.1.0 (03Aug26):\n");
  const auto end = text.find("\n", text.find("  Termination:", at));
  const std::string recorded = text.substr(at, end - at) + "\n\n";
  EXPECT_EQ(restore_report(parsed(fields_of(recorded))), recorded);
}

TEST(JobReport, NamesEveryTermination) {
  EXPECT_EQ(termination_text(JobType::backup, JobStatus::terminated, 0), "Backup OK");
  EXPECT_EQ(termination_text(JobType::backup, JobStatus::terminated, 1), "Backup OK -- with warnings");
  EXPECT_EQ(termination_text(JobType::backup, JobStatus::incomplete, 0), "Backup failed -- incomplete");
  EXPECT_EQ(termination_text(JobType::restore, JobStatus::fatal, 0), "*** Restore Error ***");
  EXPECT_EQ(termination_text(JobType::restore, JobStatus::cancelled, 0), "Restore Canceled");
  EXPECT_EQ(termination_text(JobType::backup, JobStatus::running, 0), "Inappropriate term code: R\n");
}

}  // namespace
}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/texts.h"

#include <array>
#include <ctime>

#include "base/text.h"

namespace holdfast::jobs {
namespace {

struct LevelNames {
  JobLevel level;
  std::string_view name;
  std::string_view text;
};
constexpr std::array levels{
    LevelNames{JobLevel::full, "Full", "Full"},
    LevelNames{JobLevel::incremental, "Incremental", "Incremental"},
    LevelNames{JobLevel::differential, "Differential", "Differential"},
    LevelNames{JobLevel::base, "Base", "Base"},
    LevelNames{JobLevel::virtual_full, "VirtualFull", "Virtual Full"},
    LevelNames{JobLevel::since, "Since", "Since"},
    LevelNames{JobLevel::verify_catalog, "Catalog", "Verify Catalog"},
    LevelNames{JobLevel::verify_init, "InitCatalog", "Verify Init Catalog"},
    LevelNames{JobLevel::verify_volume, "VolumeToCatalog", "Verify Volume to Catalog"},
    LevelNames{JobLevel::verify_disk, "DiskToCatalog", "Verify Disk to Catalog"},
    LevelNames{JobLevel::verify_data, "Data", "Verify Data"},
    LevelNames{JobLevel::none, "None", " "},
};

const LevelNames& names_of(JobLevel level) {
  for (const LevelNames& names : levels)
    if (names.level == level) return names;
  return levels.back();
}

constexpr std::array types{
    std::pair{JobType::backup, std::string_view("Backup")},
    std::pair{JobType::migrated, std::string_view("Migrated Job")},
    std::pair{JobType::verify, std::string_view("Verify")},
    std::pair{JobType::restore, std::string_view("Restore")},
    std::pair{JobType::console, std::string_view("Console")},
    std::pair{JobType::internal, std::string_view("System or Console")},
    std::pair{JobType::admin, std::string_view("Admin")},
    std::pair{JobType::archive, std::string_view("Archive")},
    std::pair{JobType::copy_of_job, std::string_view("Job Copy")},
    std::pair{JobType::copy, std::string_view("Copy")},
    std::pair{JobType::migrate, std::string_view("Migrate")},
    std::pair{JobType::scan, std::string_view("Scan")},
    std::pair{JobType::consolidate, std::string_view("Consolidate")},
};

struct StatusNames {
  JobStatus status;
  std::string_view report;
  std::string_view code;
};
constexpr std::string_view unknown = "Unknown term code";
constexpr std::array statuses{
    StatusNames{JobStatus::created, "Created", unknown},
    StatusNames{JobStatus::running, "Running", unknown},
    StatusNames{JobStatus::blocked, "Blocked", unknown},
    StatusNames{JobStatus::terminated, "OK", "OK"},
    StatusNames{JobStatus::warnings, "OK -- with warnings", "OK -- with warnings"},
    StatusNames{JobStatus::error_terminated, "Error", "Error"},
    StatusNames{JobStatus::error, "Non-fatal error", "Error"},
    StatusNames{JobStatus::fatal, "Fatal Error", "Fatal Error"},
    StatusNames{JobStatus::incomplete, "Error: incomplete job", unknown},
    StatusNames{JobStatus::cancelled, "Canceled", "Canceled"},
    StatusNames{JobStatus::differences, "Verify differences", "Differences"},
    StatusNames{JobStatus::waiting_for_client, "Waiting on FD", unknown},
    StatusNames{JobStatus::waiting_for_storage, "Wait on SD", unknown},
    StatusNames{JobStatus::waiting_for_media, "Wait for new Volume", unknown},
    StatusNames{JobStatus::waiting_for_mount, "Waiting for mount", unknown},
    StatusNames{JobStatus::waiting_for_storage_resource, "Waiting for Storage resource", unknown},
    StatusNames{JobStatus::waiting_for_job_resource, "Waiting for Job resource", unknown},
    StatusNames{JobStatus::waiting_for_client_resource, "Waiting for Client resource", unknown},
    StatusNames{JobStatus::waiting_for_maximum_jobs, "Waiting on Max Jobs", unknown},
    StatusNames{JobStatus::waiting_for_start_time, "Waiting for Start Time", unknown},
    StatusNames{JobStatus::waiting_for_priority, "Waiting on Priority", unknown},
    StatusNames{JobStatus::committing, "SD committing Data", unknown},
    StatusNames{JobStatus::data_despooling, "SD despooling Data", unknown},
    StatusNames{JobStatus::attribute_despooling, "SD despooling Attributes", unknown},
    StatusNames{JobStatus::attribute_inserting, "Dir inserting Attributes", unknown},
};

const StatusNames* names_of(JobStatus status) {
  for (const StatusNames& names : statuses)
    if (names.status == status) return &names;
  return nullptr;
}

}  // namespace

std::string local_time(Moment moment, const char* format) {
  const std::time_t seconds = moment.time_since_epoch().count();
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[128];
  return {text, std::strftime(text, sizeof text, format, &local)};
}

std::string report_time(Moment moment) { return local_time(moment, "%d-%b-%Y %H:%M:%S"); }

std::string elapsed_text(std::chrono::seconds elapsed) {
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 6> units{{{365 * 86400, "year"},
                                                                            {30 * 86400, "month"},
                                                                            {86400, "day"},
                                                                            {3600, "hour"},
                                                                            {60, "min"},
                                                                            {1, "sec"}}};
  std::int64_t left = std::max<std::int64_t>(elapsed.count(), 0);
  if (left == 0) return "0 secs";
  std::string text;
  for (const auto& [length, name] : units) {
    const std::int64_t count = left / length;
    left %= length;
    if (count == 0) continue;
    text += fmt::format("{}{} {}{}", text.empty() ? "" : " ", count, name, count == 1 ? "" : "s");
  }
  return text;
}

std::string_view level_name(JobLevel level) { return names_of(level).name; }
std::string_view level_text(JobLevel level) { return names_of(level).text; }

std::string_view type_text(JobType type) {
  for (const auto& [letter, text] : types)
    if (letter == type) return text;
  return "Unknown Job Type";
}

std::string termination_status(std::optional<JobStatus> status) {
  if (!status) return "";
  if (const StatusNames* names = names_of(*status)) return std::string(names->report);
  return fmt::format("Unknown Job termination status={}", static_cast<int>(*status));
}

std::string_view status_text(JobStatus status) {
  const StatusNames* names = names_of(status);
  return names != nullptr ? names->code : unknown;
}

std::string bytes_text(std::uint64_t bytes) {
  return fmt::format("{} ({}B)", with_thousands(bytes), with_unit(bytes));
}

std::string rate_text(std::uint64_t bytes, std::chrono::seconds elapsed) {
  if (elapsed.count() <= 0) return "0.0";
  const double rate = static_cast<double>(bytes) / (1000.0 * static_cast<double>(elapsed.count()));
  return rate < 0.05 ? "0.0" : fmt::format("{:.1f}", rate);
}

}  // namespace holdfast::jobs

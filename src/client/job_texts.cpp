// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/job_texts.h"

#include <ctime>

namespace holdfast::client {

std::string_view level_text(JobLevel level) {
  switch (level) {
    case JobLevel::none: return " ";
    case JobLevel::full: return "Full";
    case JobLevel::incremental: return "Incremental";
    case JobLevel::differential: return "Differential";
    case JobLevel::since: return "Since";
    case JobLevel::base: return "Base";
    case JobLevel::virtual_full: return "Virtual Full";
    case JobLevel::verify_catalog: return "Verify Catalog";
    case JobLevel::verify_init: return "Verify Init Catalog";
    case JobLevel::verify_volume: return "Verify Volume to Catalog";
    case JobLevel::verify_disk: return "Verify Disk to Catalog";
    case JobLevel::verify_data: return "Verify Data";
  }
  return " ";
}

std::string_view type_text(JobType type) {
  switch (type) {
    case JobType::backup: return "Backup";
    case JobType::restore: return "Restore";
    case JobType::verify: return "Verify";
    default: return "System or Console";
  }
}

std::string_view status_text(JobStatus status) {
  switch (status) {
    case JobStatus::terminated: return "OK";
    case JobStatus::warnings: return "OK -- with warnings";
    case JobStatus::error_terminated:
    case JobStatus::error: return "Error";
    case JobStatus::fatal: return "Fatal Error";
    case JobStatus::cancelled: return "Canceled";
    case JobStatus::differences: return "Differences";
    default: return "Unknown term code";
  }
}

std::string_view short_status_text(JobStatus status) {
  switch (status) {
    case JobStatus::created: return "Created";
    case JobStatus::fatal:
    case JobStatus::error_terminated: return "Error";
    case JobStatus::cancelled: return "Cancel";
    case JobStatus::differences: return "Diffs";
    case JobStatus::terminated: return "OK";
    case JobStatus::warnings: return "OK -- with warnings";
    default: return "Other";
  }
}

std::string job_name_of(std::string_view unique_name) {
  for (int part = 0; part < 3; ++part) {
    const auto dot = unique_name.rfind('.');
    if (dot == std::string_view::npos) break;
    unique_name = unique_name.substr(0, dot);
  }
  return std::string(unique_name);
}

std::string short_time(Time time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%d-%b-%y %H:%M", &local)};
}

}  // namespace holdfast::client

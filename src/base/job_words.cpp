// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/job_words.h"

#include <algorithm>

namespace holdfast {
namespace {

/// Types that are not run: what becomes of jobs, and what daemons do beside them.
constexpr std::array other_types{
    TypeWords{JobType::migrated, "Migrated Job"},
    TypeWords{JobType::copy_of_job, "Job Copy"},
    TypeWords{JobType::scan, "Scan"},
    TypeWords{JobType::console, "Console"},
    TypeWords{JobType::internal, "System or Console"},
};

constexpr std::string_view no_code = "Unknown term code";
constexpr std::string_view not_ended = "Other";

struct StatusWords {
  JobStatus status;
  std::string_view report;
  std::string_view code = no_code;
  std::string_view terminated = not_ended;
};
constexpr std::array statuses{
    StatusWords{JobStatus::created, "Created", no_code, "Created"},
    StatusWords{JobStatus::running, "Running"},
    StatusWords{JobStatus::blocked, "Blocked"},
    StatusWords{JobStatus::terminated, "OK", "OK", "OK"},
    StatusWords{JobStatus::warnings, "OK -- with warnings", "OK -- with warnings", "OK -- with warnings"},
    StatusWords{JobStatus::error_terminated, "Error", "Error", "Error"},
    StatusWords{JobStatus::error, "Non-fatal error", "Error"},
    StatusWords{JobStatus::fatal, "Fatal Error", "Fatal Error", "Error"},
    StatusWords{JobStatus::incomplete, "Error: incomplete job"},
    StatusWords{JobStatus::cancelled, "Canceled", "Canceled", "Cancel"},
    StatusWords{JobStatus::differences, "Verify differences", "Differences", "Diffs"},
    StatusWords{JobStatus::waiting_for_client, "Waiting on FD"},
    StatusWords{JobStatus::waiting_for_storage, "Wait on SD"},
    StatusWords{JobStatus::waiting_for_media, "Wait for new Volume"},
    StatusWords{JobStatus::waiting_for_mount, "Waiting for mount"},
    StatusWords{JobStatus::waiting_for_storage_resource, "Waiting for Storage resource"},
    StatusWords{JobStatus::waiting_for_job_resource, "Waiting for Job resource"},
    StatusWords{JobStatus::waiting_for_client_resource, "Waiting for Client resource"},
    StatusWords{JobStatus::waiting_for_maximum_jobs, "Waiting on Max Jobs"},
    StatusWords{JobStatus::waiting_for_start_time, "Waiting for Start Time"},
    StatusWords{JobStatus::waiting_for_priority, "Waiting on Priority"},
    StatusWords{JobStatus::committing, "SD committing Data"},
    StatusWords{JobStatus::data_despooling, "SD despooling Data"},
    StatusWords{JobStatus::attribute_despooling, "SD despooling Attributes"},
    StatusWords{JobStatus::attribute_inserting, "Dir inserting Attributes"},
};

/// Null where the table has no entry with this letter.
template <typename Table, typename Words, typename Letter>
const Words* find_words(const Table& table, Letter Words::*letter, Letter wanted) {
  const auto at =
      std::find_if(table.begin(), table.end(), [&](const Words& words) { return words.*letter == wanted; });
  return at == table.end() ? nullptr : &*at;
}

const StatusWords* find_status(JobStatus status) {
  return find_words(statuses, &StatusWords::status, status);
}

}  // namespace

std::string_view level_keyword(JobLevel level, std::string_view none) {
  const LevelWords* words = find_words(level_words, &LevelWords::level, level);
  return words != nullptr ? words->keyword : none;
}

std::string_view level_text(JobLevel level, std::string_view none) {
  const LevelWords* words = find_words(level_words, &LevelWords::level, level);
  return words != nullptr ? words->text : none;
}

std::string_view type_text(JobType type) {
  const TypeWords* words = find_words(runnable_types, &TypeWords::type, type);
  if (words == nullptr) words = find_words(other_types, &TypeWords::type, type);
  return words != nullptr ? words->text : "Unknown Type";
}

std::string_view report_text(JobStatus status) {
  const StatusWords* words = find_status(status);
  return words != nullptr ? words->report : "";
}

std::string_view status_text(JobStatus status) {
  const StatusWords* words = find_status(status);
  return words != nullptr ? words->code : no_code;
}

std::string_view terminated_text(JobStatus status) {
  const StatusWords* words = find_status(status);
  return words != nullptr ? words->terminated : not_ended;
}

std::string_view job_name_of(std::string_view unique_name) {
  for (int part = 0; part < 3; ++part) {
    const auto dot = unique_name.rfind('.');
    if (dot == std::string_view::npos) break;
    unique_name = unique_name.substr(0, dot);
  }
  return unique_name;
}

std::string expand_codes(std::string_view text,
                         const std::function<std::optional<std::string>(char code)>& value_of) {
  std::string expanded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_code = text[at] == '%' && at + 1 < text.size();
    if (const auto value = is_code ? value_of(text[at + 1]) : std::nullopt) {
      expanded += *value;
      ++at;
    } else {
      expanded += text[at];
    }
  }
  return expanded;
}

}  // namespace holdfast

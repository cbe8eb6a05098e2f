// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/job_codes.h"

namespace holdfast {

// The words for the letters of job_codes.h, each in one table (interop 08, section 1; 09, section 11).

struct LevelWords {
  JobLevel level;
  std::string_view keyword;  ///< of configurations, commands and reports
  std::string_view text;     ///< what the code %l gives, and what daemons show in their status
};
inline constexpr std::array level_words{
    LevelWords{JobLevel::full, "Full", "Full"},
    LevelWords{JobLevel::base, "Base", "Base"},
    LevelWords{JobLevel::incremental, "Incremental", "Incremental"},
    LevelWords{JobLevel::differential, "Differential", "Differential"},
    LevelWords{JobLevel::since, "Since", "Since"},
    LevelWords{JobLevel::virtual_full, "VirtualFull", "Virtual Full"},
    LevelWords{JobLevel::verify_catalog, "Catalog", "Verify Catalog"},
    LevelWords{JobLevel::verify_init, "InitCatalog", "Verify Init Catalog"},
    LevelWords{JobLevel::verify_volume, "VolumeToCatalog", "Verify Volume to Catalog"},
    LevelWords{JobLevel::verify_disk, "DiskToCatalog", "Verify Disk to Catalog"},
    LevelWords{JobLevel::verify_data, "Data", "Verify Data"},
};

struct TypeWords {
  JobType type;
  std::string_view text;
};
/// Those that can be run, in the order of the configuration's documentation.
inline constexpr std::array runnable_types{
    TypeWords{JobType::backup, "Backup"},   TypeWords{JobType::admin, "Admin"},
    TypeWords{JobType::archive, "Archive"}, TypeWords{JobType::verify, "Verify"},
    TypeWords{JobType::restore, "Restore"}, TypeWords{JobType::migrate, "Migrate"},
    TypeWords{JobType::copy, "Copy"},       TypeWords{JobType::consolidate, "Consolidate"},
};

/// "VirtualFull". There is no word for JobLevel::none; places differ in what they show instead.
std::string_view level_keyword(JobLevel level, std::string_view none = "");
/// "Virtual Full", "Verify Init Catalog".
std::string_view level_text(JobLevel level, std::string_view none = "");
/// "Backup", "Job Copy", "System or Console"; "Unknown Type" for letters nobody knows.
std::string_view type_text(JobType type);

/// What reports say behind "termination status", and daemons of jobs that run: "Fatal Error", "Waiting on FD".
/// Empty for letters nobody knows.
std::string_view report_text(JobStatus status);
/// What the code %e and the command `wait` give: "Fatal Error", "Differences", "Unknown term code".
std::string_view status_text(JobStatus status);
/// What tables of terminated jobs show: "Error", "Diffs", "Other".
std::string_view terminated_text(JobStatus status);

/// The name of the Job resource: "mini.2026-11-22_21.51.04_03" without its last three parts.
std::string_view job_name_of(std::string_view unique_name);

/// The text with codes such as %j replaced by what `value_of` gives; codes it does not know stay as they are
/// (interop 06, section 9.1).
std::string expand_codes(std::string_view text,
                         const std::function<std::optional<std::string>(char code)>& value_of);

}  // namespace holdfast

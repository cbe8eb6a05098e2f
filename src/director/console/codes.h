// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace holdfast::director::console {

// The words consoles use for the letters of the catalog (interop 09, sections 11 and 12).

struct NamedCode {
  char code;
  std::string_view name;
};

/// Types of jobs that can be run, in the order of `.types`.
std::span<const NamedCode> runnable_types();
/// "Backup", "Migrated Job", …; "Unknown Type" for others.
std::string_view type_name(char type);

struct LevelOfType {
  std::string_view name;
  char level;
  char type;
};
/// In the order of `.levels`.
std::span<const LevelOfType> levels();
/// "Full", "Incremental", …; empty for none.
std::string_view level_name(char level);
/// The level that a word means for a job of this type, in any case.
std::optional<char> find_level(std::string_view name, char type);

/// "OK", "Canceled", … as `wait` tells it.
std::string_view long_status(char status);
/// "OK", "Error", "Cancel", … as the list of terminated jobs shows it.
std::string_view terminated_status(char status);
/// 0 for success, 1 for errors, 2 for failures, 3 for anything else.
int exit_status(char status);
/// Whether a job with this status has not ended.
bool is_active(char status);

}  // namespace holdfast::director::console

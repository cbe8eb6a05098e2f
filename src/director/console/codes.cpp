// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/codes.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace holdfast::director::console {
namespace {

constexpr std::array<NamedCode, 8> runnable{{
    {'B', "Backup"},
    {'D', "Admin"},
    {'A', "Archive"},
    {'V', "Verify"},
    {'R', "Restore"},
    {'g', "Migrate"},
    {'c', "Copy"},
    {'O', "Consolidate"},
}};

constexpr std::array<NamedCode, 13> types{{
    {'B', "Backup"},
    {'M', "Migrated Job"},
    {'V', "Verify"},
    {'R', "Restore"},
    {'D', "Admin"},
    {'A', "Archive"},
    {'C', "Job Copy"},
    {'c', "Copy"},
    {'g', "Migrate"},
    {'S', "Scan"},
    {'O', "Consolidate"},
    {'U', "Console"},
    {'I', "System or Console"},
}};

constexpr std::array<LevelOfType, 17> all_levels{{
    {"Full", 'F', 'B'},
    {"Base", 'B', 'B'},
    {"Incremental", 'I', 'B'},
    {"Differential", 'D', 'B'},
    {"Since", 'S', 'B'},
    {"VirtualFull", 'f', 'B'},
    {"Catalog", 'C', 'V'},
    {"InitCatalog", 'V', 'V'},
    {"VolumeToCatalog", 'O', 'V'},
    {"DiskToCatalog", 'd', 'V'},
    {"Data", 'A', 'V'},
    {"Full", 'F', 'c'},
    {"Incremental", 'I', 'c'},
    {"Differential", 'D', 'c'},
    {"Full", 'F', 'g'},
    {"Incremental", 'I', 'g'},
    {"Differential", 'D', 'g'},
}};

struct StatusWords {
  char status;
  std::string_view long_name;
  std::string_view terminated;
  int exit_status;
};

constexpr std::array<StatusWords, 8> statuses{{
    {'T', "OK", "OK", 0},
    {'W', "OK -- with warnings", "OK -- with warnings", 0},
    {'E', "Error", "Error", 2},
    {'e', "Error", "Other", 1},
    {'f', "Fatal Error", "Error", 2},
    {'A', "Canceled", "Cancel", 2},
    {'D', "Differences", "Diffs", 3},
    {'C', "Unknown term code", "Created", 3},
}};

const StatusWords* find_status(char status) {
  const auto at = std::find_if(statuses.begin(), statuses.end(),
                               [&](const auto& words) { return words.status == status; });
  return at == statuses.end() ? nullptr : &*at;
}

template <typename Codes>
std::string_view name_of(const Codes& codes, char code, std::string_view unknown) {
  const auto at =
      std::find_if(codes.begin(), codes.end(), [&](const auto& entry) { return entry.code == code; });
  return at == codes.end() ? unknown : at->name;
}

}  // namespace

std::span<const NamedCode> runnable_types() { return runnable; }
std::span<const LevelOfType> levels() { return all_levels; }
std::string_view type_name(char type) { return name_of(types, type, "Unknown Type"); }

std::string_view level_name(char level) {
  const auto at = std::find_if(all_levels.begin(), all_levels.end(),
                               [&](const LevelOfType& entry) { return entry.level == level; });
  return at == all_levels.end() ? "" : at->name;
}

std::optional<char> find_level(std::string_view name, char type) {
  for (const LevelOfType& entry : all_levels)
    if (entry.type == type && equal_ignoring_case(entry.name, name)) return entry.level;
  return std::nullopt;
}

std::string_view long_status(char status) {
  const StatusWords* words = find_status(status);
  return words ? words->long_name : "Unknown term code";
}

std::string_view terminated_status(char status) {
  const StatusWords* words = find_status(status);
  return words ? words->terminated : "Other";
}

int exit_status(char status) {
  const StatusWords* words = find_status(status);
  return words ? words->exit_status : 3;
}

bool is_active(char status) { return std::string_view("TWEefADI").find(status) == std::string_view::npos; }

}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/file_differences.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

namespace holdfast::jobs {
namespace {

using format::PackedStat;
using Difference = std::optional<std::string>;

template <typename T>
std::string line(std::string_view name, T catalogued, T found) {
  return fmt::format("      {:<8} differ. Cat: {} File: {}\n", name, catalogued, found);
}

/// A field whose numbers are told.
template <auto field>
Difference numbers(std::string_view name, const PackedStat& catalogued, const PackedStat& found) {
  if (catalogued.*field == found.*field) return std::nullopt;
  return line(name, catalogued.*field, found.*field);
}

template <auto field>
Difference moments(std::string_view name, const PackedStat& catalogued, const PackedStat& found) {
  if (catalogued.*field == found.*field) return std::nullopt;
  return fmt::format("      {} differs\n", name);
}

Difference mode(std::string_view name, const PackedStat& catalogued, const PackedStat& found) {
  if (catalogued.mode == found.mode) return std::nullopt;
  return line(name, fmt::format("{:x}", catalogued.mode), fmt::format("{:x}", found.mode));
}

Difference smaller(std::string_view name, const PackedStat& catalogued, const PackedStat& found) {
  if (found.size >= catalogued.size) return std::nullopt;
  return fmt::format("      {}  decrease. Cat: {} File: {}\n", name, catalogued.size, found.size);
}

struct Comparison {
  char letter;
  std::string_view name;
  Difference (*compare)(std::string_view name, const PackedStat& catalogued, const PackedStat& found);
};
constexpr std::array comparisons{
    Comparison{'i', "st_ino", &numbers<&PackedStat::inode>},
    Comparison{'p', "st_mode", &mode},
    Comparison{'n', "st_nlink", &numbers<&PackedStat::links>},
    Comparison{'u', "st_uid", &numbers<&PackedStat::uid>},
    Comparison{'g', "st_gid", &numbers<&PackedStat::gid>},
    Comparison{'s', "st_size", &numbers<&PackedStat::size>},
    Comparison{'a', "st_atime", &moments<&PackedStat::access_time>},
    Comparison{'m', "st_mtime", &moments<&PackedStat::modification_time>},
    Comparison{'c', "st_ctime", &moments<&PackedStat::change_time>},
    Comparison{'d', "st_size", &smaller},
};

}  // namespace

std::vector<std::string> file_differences(std::string_view letters, const PackedStat& catalogued,
                                          const PackedStat& found) {
  std::vector<std::string> lines;
  for (const char letter : letters) {
    const auto* comparison = std::find_if(comparisons.begin(), comparisons.end(),
                                          [&](const Comparison& one) { return one.letter == letter; });
    if (comparison == comparisons.end()) continue;
    if (auto text = comparison->compare(comparison->name, catalogued, found))
      lines.push_back(std::move(*text));
  }
  return lines;
}

bool compares_digest(std::string_view letters) { return letters.find_first_of("15") != letters.npos; }

}  // namespace holdfast::jobs

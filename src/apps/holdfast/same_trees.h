// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::apps {

struct TreeComparison {
  std::uint64_t files = 0;               ///< of every kind, folders too
  std::uint64_t bytes = 0;               ///< read on both sides
  std::uint64_t unreadable = 0;          ///< in the original, so they could not be saved either
  std::vector<std::string> differences;  ///< "PATH: what differs"; the first few
  std::uint64_t different = 0;           ///< all of them
};

/// Compares names, kinds, modes, link targets and, byte by byte, contents. Owners are left out: only root can give
/// files away.
TreeComparison compare_trees(const std::filesystem::path& original, const std::filesystem::path& copy);

}  // namespace holdfast::apps

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>

#include "volumes/volume_catalog.h"

namespace holdfast::volumes {

/// Collects the JobMedia range of one job on one volume, block by block (interop 04, section 6).
class JobRange {
 public:
  /// A block of the job was written at `start`..`end`; indexes 0 where it holds no file.
  void add(std::uint32_t first_index, std::uint32_t last_index, std::uint64_t start, std::uint64_t end) {
    if (!is_open_) range_ = {.start = start};
    is_open_ = true;
    range_.end = end;
    if (range_.first_index == 0) range_.first_index = first_index;
    if (last_index != 0) range_.last_index = last_index;
  }

  /// What is to be stored, and starts anew. Nothing where no block was written, or none that holds a file.
  std::optional<JobMedia> take() {
    const auto range = range_;
    const bool has_files = is_open_ && range_.first_index != 0;
    *this = {};
    if (!has_files) return std::nullopt;
    return range;
  }

 private:
  bool is_open_ = false;
  JobMedia range_;
};

}  // namespace holdfast::volumes

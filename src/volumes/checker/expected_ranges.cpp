// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/expected_ranges.h"

#include <fmt/core.h>

namespace holdfast::volumes {

void ExpectedRanges::expect(const ExpectedRange& range) {
  known_.insert(range.session);
  if (range.range.first_index != 0) all_.push_back({.row = range});
}

void ExpectedRanges::block(VolumeSession session, std::uint64_t address, std::uint64_t last_address,
                           std::uint32_t first_index, std::uint32_t last_index, const Say& say) {
  if (!known_.contains(session)) return;
  bool is_covered = false;
  for (auto& expected : all_) {
    const auto& range = expected.row.range;
    if (expected.row.session != session || address < range.start || address > range.end) continue;
    is_covered = true;
    expected.has_start = expected.has_start || address == range.start;
    expected.has_end = expected.has_end || last_address == range.end;
    if (last_address > range.end)
      say(Severity::error, fmt::format("the catalog knows of this block only up to {}, it ends at {}",
                                       range.end, last_address));
    if (expected.first_index == 0) expected.first_index = first_index;
    if (last_index != 0) expected.last_index = last_index;
  }
  if (!is_covered && first_index != 0)
    say(Severity::error,
        fmt::format("the catalog does not know of this block with files {} to {}", first_index, last_index));
}

void ExpectedRanges::finish(const std::function<void(VolumeSession, std::uint64_t)>& place, const Say& say) {
  for (const auto& expected : all_) {
    const auto& range = expected.row.range;
    place(expected.row.session, range.start);
    if (!expected.has_start || !expected.has_end) {
      say(Severity::error, fmt::format("the catalog knows of blocks {} to {}, where {} of the session {}",
                                       range.start, range.end, expected.has_start ? "none" : "no block",
                                       expected.has_start ? "ends" : "begins"));
    } else if (expected.first_index != range.first_index || expected.last_index != range.last_index) {
      say(Severity::error,
          fmt::format("the catalog knows of files {} to {} here, there are files {} to {}", range.first_index,
                      range.last_index, expected.first_index, expected.last_index));
    }
  }
}

}  // namespace holdfast::volumes

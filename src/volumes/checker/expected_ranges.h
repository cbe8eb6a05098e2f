// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <set>
#include <vector>

#include "volumes/checker/finding.h"
#include "volumes/volume_catalog.h"

namespace holdfast::volumes {

/// A JobMedia row of the catalog: which blocks of a session hold which of its files (interop 04, section 6).
struct ExpectedRange {
  VolumeSession session{};
  JobMedia range{};
};

/// Compares the blocks of one volume with what the catalog says of it. Memory: the rows of that volume.
class ExpectedRanges {
 public:
  void clear() { *this = {}; }
  void expect(const ExpectedRange& range);

  /// A block of the session; indexes 0 where it holds no file. Blocks of sessions that the catalog does not know are passed.
  void block(VolumeSession session, std::uint64_t address, std::uint64_t last_address,
             std::uint32_t first_index, std::uint32_t last_index, const Say& say);
  /// At the end of the volume, what was promised and not found. `place` is called before each.
  void finish(const std::function<void(VolumeSession, std::uint64_t address)>& place, const Say& say);

 private:
  struct Expected {
    ExpectedRange row;
    bool has_start = false, has_end = false;
    std::uint32_t first_index = 0, last_index = 0;  ///< found
  };

  std::vector<Expected> all_;
  std::set<VolumeSession> known_;
};

}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <limits>
#include <optional>

#include "format/label.h"

namespace holdfast::volumes {

/// What stands on the volumes of one session.
struct SessionFacts {
  VolumeSession session{};
  std::optional<format::SessionLabel> start{};
  std::optional<format::SessionLabel> end{};
  std::uint32_t last_index = 0;  ///< of the file whose record came last
  std::uint64_t bytes = 0;       ///< payload of all records with positive file index
  bool is_whole = true;          ///< nothing of it is missing, as far as it was seen
};

/// Files of a session of which records are missing; both ends included.
struct LostFiles {
  /// The rest of the session is gone, nobody can tell how much that was.
  static constexpr std::uint32_t to_the_end = std::numeric_limits<std::uint32_t>::max();

  VolumeSession session{};
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

}  // namespace holdfast::volumes

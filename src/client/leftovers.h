// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "config/file_daemon_resources.h"
#include "selection/bounded_known_files.h"

namespace holdfast::client {

struct Session;

/// Of a restore that is to delete what is not in the backup (docs/adr/0412).
struct Leftovers {
  std::uint32_t expected_files = 0;       ///< that make the backup, as the Director knows it
  selection::BoundedKnownFiles restored;  ///< paths
};

/// Where a list of files lies that may be long.
selection::KnownFilesPlace place_of_lists(const config::FileDaemon& self);

/// Deletes them, where all of the backup was restored without errors; says why not otherwise. Comes before directories
/// get their times.
void delete_leftovers(Session& session);

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>

#include "archive/erase.h"
#include "archive/report.h"
#include "selection/fileset.h"
#include "selection/known_files.h"
#include "tree/file_source.h"

namespace holdfast::archive {

struct DeletedLeftovers {
  std::uint64_t files = 0;
  std::uint64_t directories = 0;
  std::uint64_t failed = 0;
};

/// Deletes what `files` would save and a restored backup does not hold (docs/adr/0412). `restored` holds the full path
/// of everything that is in the backup, without slash at the end. Deletes nothing where a path of the backup is there but
/// the walk does not come to it: then paths do not tell what belongs to the backup. Every deleted name is told, and the
/// sums. Throws Error{cancelled} after a stop request.
DeletedLeftovers delete_leftovers(tree::FileSource& source, selection::FileSet files,
                                  selection::KnownFiles& restored, const Erase& erase, Report& report,
                                  std::stop_token stop);

}  // namespace holdfast::archive

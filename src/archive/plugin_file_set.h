// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "plugins/plugin.h"
#include "selection/fileset.h"

namespace holdfast::archive {

/// What plugins added to a FileSet, each with the position of the Include that names the plugin.
using FileSetChanges = std::vector<std::pair<std::size_t, plugins::FileSetChange>>;

/// Throws Error{invalid} for lines that are none of a FileSet.
void change_file_set(selection::FileSet& files, const FileSetChanges& changes);

}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "selection/selection.h"
#include "tree/file_source.h"

namespace holdfast::selection {

/// A File entry that another one saves too.
struct Shadowed {
  enum class What { warned, removed };
  std::string by;  ///< the other entry
  What what = What::warned;
};

/// Include and place in its `files`.
using EntryPlace = std::pair<std::size_t, std::size_t>;

/// The entries that the Shadowing option is about. An entry is shadowed where the walk of another one comes to it: not
/// behind symlinks, other file systems and whatever else the other Include leaves out. Nothing that is saved once is ever
/// removed, so a device or FIFO, which is saved with its content only as an entry, is never shadowed.
std::map<EntryPlace, Shadowed> shadowed_entries(tree::FileSource& source, const Selection& selection);

/// The path as a walk names it.
std::string without_trailing_slashes(std::string path);

}  // namespace holdfast::selection

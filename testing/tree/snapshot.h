// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "tree/file_source.h"

namespace holdfast::tree {

enum class Compare {
  everything,
  without_owners,  ///< for tests that do not run as root
};

/// Everything a restore must bring back, one line of text per path below `root`, which itself is ".": kind,
/// permissions, owner, modification time in seconds, size and a digest of the content, link target, device
/// number, extended attributes, and the first name of the same file. Throws Error where something cannot be
/// read. Two trees are the same when their snapshots are.
std::map<std::string, std::string> snapshot(FileSource& source, const std::string& root,
                                            Compare compare = Compare::everything);

}  // namespace holdfast::tree

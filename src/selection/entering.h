// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "selection/fileset.h"
#include "tree/file_source.h"

namespace holdfast::selection {

// What decides whether a walk goes into a directory, besides patterns (interop 02, section 4).

/// Why a directory met in `parent` is saved without what is in it, for a message; null where it is entered.
const char* reason_not_to_enter(const FileOptions& options, const tree::FileStat& directory,
                                const tree::FileStat& parent);

/// Whether FsType leaves out this directory's file system, which `type` then names.
bool is_unwanted_file_system(const FileOptions& options, tree::Directory& contents, std::string& type);

/// Whether one of the names of Exclude Dir Containing is in the directory.
bool holds_one_of(tree::Directory& contents, const std::vector<std::string>& names);

/// Honor No Dump Flag, and `chattr +d` was said of it.
bool is_not_to_be_dumped(const FileOptions& options, const tree::FileStat& file);

/// The Size option; true for everything that is no regular file.
bool is_of_wanted_size(const FileOptions& options, const tree::FileStat& file);

}  // namespace holdfast::selection

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/file_set.h"

namespace holdfast::director {

/// The lines that tell a File Daemon what to save, with "|command" run and "<list" read here; "\|" and "\<"
/// are left for the client without their backslash (interop 02, section 4). Throws Error where a command or
/// a list fails: saving less than was asked for would not be noticed.
std::vector<std::string> fileset_lines(const config::FileSet& fileset, config::ClientCompression compression);

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "config/file_set.h"

namespace holdfast::director {

/// How the "|command" entries of a FileSet are run.
struct FileSetCommands {
  std::function<std::string(std::string_view)> expand{};  ///< replaces the codes of the job; may be empty
  std::stop_token stop{};                                 ///< ends a command that runs
};

/// The lines that tell a File Daemon what to save, with "|command" run and "<list" read here; "\|" and "\<"
/// are left for the client without their backslash (interop 02, section 4). Throws Error where a command or
/// a list fails: saving less than was asked for would not be noticed.
std::vector<std::string> fileset_lines(const config::FileSet& fileset, config::ClientCompression compression,
                                       const FileSetCommands& commands);

/// Replaces zstd in these lines by the gzip that comes closest, for daemons of the peer. What was done, for the job log:
/// "ZSTD3 was replaced by GZIP6"; nothing where no line asks for zstd.
std::optional<std::string> replace_zstd(std::vector<std::string>& lines);

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "archive/report.h"
#include "plugins/plugin_set.h"
#include "selection/changes.h"
#include "selection/fileset.h"
#include "tree/file_source.h"

namespace holdfast::archive {

struct Estimate {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< sizes of regular files
};

/// Walks as a backup would, reading no file: those of which a backup compares the content count as unchanged. `list`, where given, gets one line per file in the form of
/// list_line(). Throws Error{cancelled} after a stop request.
Estimate estimate(tree::FileSource& source, const selection::FileSet& files, selection::Changes& changes,
                  Report& report, const std::function<void(const std::string&)>& list, std::stop_token stop);

/// The same for what plugins of the FileSet offer, which is not read. Sizes that a plugin does not know count as nothing.
Estimate estimate_plugins(plugins::PluginSet& plugins, const selection::FileSet& files,
                          const std::function<void(const std::string&)>& list);

/// "-rw-r--r--   1 root     root            4000 2026-11-22 21:51:00  /srv/demo/mini/text.txt", without line
/// end (interop 02, section 5.8): names as they are, directories without trailing slash, times in local time.
/// `time` is the moment shown: the change time for estimates, the modification time for restores.
std::string list_line(const tree::FileStat& stat, std::int64_t time, const std::string& name,
                      const std::string& link);

}  // namespace holdfast::archive

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/entering.h"

#include <algorithm>

#include "base/text.h"
#include "os/file_flags.h"

namespace holdfast::selection {

const char* reason_not_to_enter(const FileOptions& options, const tree::FileStat& directory,
                                const tree::FileStat& parent) {
  if (!options.recurse) return "Recursion turned off.";
  if (!options.cross_file_systems && directory.device != parent.device)
    return "It is a different filesystem.";
  return nullptr;
}

bool is_unwanted_file_system(const FileOptions& options, tree::Directory& contents, std::string& type) {
  const auto& wanted = options.file_system_types;
  if (wanted.empty()) return false;
  type = contents.file_system();
  return std::none_of(wanted.begin(), wanted.end(),
                      [&](const std::string& name) { return equal_ignoring_case(name, type); });
}

bool holds_one_of(tree::Directory& contents, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return contents.stat(name).has_value(); });
}

bool is_not_to_be_dumped(const FileOptions& options, const tree::FileStat& file) {
  return options.honor_no_dump && (file.flags & os::flag_no_dump) != 0;
}

bool is_of_wanted_size(const FileOptions& options, const tree::FileStat& file) {
  if (!options.size || file.kind() != tree::Kind::regular) return true;
  const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(file.size, 0));
  return size >= options.size->at_least && size <= options.size->at_most;
}

}  // namespace holdfast::selection

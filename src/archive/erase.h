// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tree/file_stat.h"

namespace holdfast::archive {

/// Makes the content of a file unreadable before its name is taken away, and may take that away, too. Returns why it
/// failed. Any thread.
using Erase = std::function<std::optional<std::string>(const std::string& path)>;

/// Whether content goes with this name; that of a file with further names is still in use.
inline bool is_to_be_erased(const tree::FileStat& file) {
  return file.kind() == tree::Kind::regular && file.links == 1;
}

}  // namespace holdfast::archive

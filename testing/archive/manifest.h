// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tree/file_source.h"

namespace holdfast::archive {

enum class HardLinks { tracked, each_its_own };

/// Compares a restored tree with a manifest of the golden recordings (README there), sockets aside. One line of
/// text per difference.
std::vector<std::string> differences(tree::FileSource& source, const std::string& root,
                                     const std::filesystem::path& manifest, HardLinks links);

}  // namespace holdfast::archive

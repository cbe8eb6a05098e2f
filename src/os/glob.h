// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace holdfast::os {

/// The paths a shell pattern matches, sorted; names that begin with a dot only where the pattern says so. A name
/// without wildcards stands for itself, whether it exists or not. Throws Error where directories cannot be read.
std::vector<std::string> expand_pattern(const std::string& pattern);

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "selection/fileset.h"

namespace holdfast::selection {

/// One Include with these option letters and File entries.
FileSet made_fileset(const std::string& letters, const std::vector<std::string>& paths);

}  // namespace holdfast::selection

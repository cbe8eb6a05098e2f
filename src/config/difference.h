// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/director_resources.h"

namespace holdfast::config {

/// What became of one resource between two configurations.
struct Difference {
  enum class What { added, removed, changed };

  What what = What::changed;
  std::string resource_type;  ///< "Job"
  std::string resource;       ///< its name
  std::vector<std::string>
      directives;  ///< of a changed one, those whose value differs; no values, some are secret

  /// "Job \"backup\" changed: Pool, Schedule".
  std::string text() const;
};

/// In the order of the types, then of the names. What resources inherit from JobDefs counts as theirs.
std::vector<Difference> differences(const DirectorConfiguration& before, const DirectorConfiguration& after);

}  // namespace holdfast::config

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/directive.h"
#include "config/load.h"
#include "config/surroundings.h"

namespace holdfast::config {

/// What is wrong with a configuration, collected while it is read and checked.
struct Findings {
  std::vector<Finding> errors;
  std::vector<Finding> warnings;
  bool are_complete =
      true;  ///< false: reading ended at the last error, and nothing is known of what comes behind it
};

/// Reads the resources that `pattern` names into `configuration`, which belongs to `component`, and resolves their
/// references. A wrong value costs its directive; where the structure is broken, reading ends.
Findings parse(const Component& component, void* configuration, const std::string& pattern,
               Surroundings& surroundings);

/// "Type" directive in Job "x" resource is required, but not found.
std::string missing_text(const Resource& resource, const Directive& directive);

}  // namespace holdfast::config

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "director/console/command.h"

// Restoring to other names: expressions that replace parts of paths (interop 08, section 19.2).
namespace holdfast::director::console {

/// strip_prefix, add_prefix and add_suffix as one list of expressions (interop 08, section 19.2).
std::string relocation_expression(std::string_view strip_prefix, std::string_view add_prefix,
                                  std::string_view add_suffix);
/// What such a list makes of a name; the name itself where it is no valid list.
std::string relocated(std::string_view expression, std::string name);

/// The dialogue that makes such a list; empty where it was given up.
std::optional<std::string> ask_for_relocation(Command& command);

}  // namespace holdfast::director::console

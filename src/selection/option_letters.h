// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "selection/fileset.h"

namespace holdfast::selection {

/// The letters of an `O` line (interop 02, section 4). What is not named is off, except recursion and hard
/// links, which their letters switch off. Unknown letters are skipped, with a text for a warning in `warnings`.
FileOptions parse_option_letters(std::string_view letters, std::vector<std::string>* warnings = nullptr);

/// "<10M", ">1k", "5-10", "100" (about that much: less than one percent off); sizes as in interop 06, section
/// 4.2. Empty where the text is none of them.
std::optional<SizeLimits> parse_size_limits(std::string_view text);

}  // namespace holdfast::selection

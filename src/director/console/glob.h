// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdfast::director::console {

/// Whether a shell pattern (* ? [a-z] [!a] \x) fits a name of a file. Time is linear in the product of both
/// lengths, whatever the pattern.
bool glob_matches(std::string_view pattern, std::string_view name);

/// Whether it is a pattern at all, and not just a name.
bool is_glob(std::string_view text);

}  // namespace holdfast::director::console

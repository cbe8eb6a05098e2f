// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::selection {

/// The name as it is stored: without as many leading components as StripPath says, where that leaves any.
std::string stored_name(const std::string& path, std::uint32_t strip_components);

}  // namespace holdfast::selection

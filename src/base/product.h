// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdfast {

/// What we are called, with our own version, in text for people. What peers are told is wire::announced_version.
inline constexpr std::string_view product = "Holdfast 0.1.0";

}  // namespace holdfast

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

namespace holdfast::os {

/// The name this program was started under, without directories: that of a link, where it is one.
std::string_view program_name();

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/resource.h"

namespace holdfast::config {

/// The physical lines, ended by LF, CR LF or CR, without a UTF-8 byte order mark at the front. Throws SyntaxError for
/// UTF-16, at `place`.
std::vector<std::string> lines_of(std::string_view text, const Place& place);

}  // namespace holdfast::config

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "format/packed_stat.h"

namespace holdfast::jobs {

/// What a verify job logs of a file whose attributes are not those in the catalog, a line each (interop 08, section
/// 19.1). `letters` are the attributes to compare, "pinsug5"; letters that mean something else are passed over.
std::vector<std::string> file_differences(std::string_view letters, const format::PackedStat& catalogued,
                                          const format::PackedStat& found);

/// Whether the letters ask for the digest of the contents.
bool compares_digest(std::string_view letters);

}  // namespace holdfast::jobs

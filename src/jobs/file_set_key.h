// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "config/file_set.h"

namespace holdfast::jobs {

/// The 22 characters by which the catalog tells one content of a FileSet from another (interop 08, section
/// 3.1). Another value makes the next job a Full.
std::string file_set_key(const config::FileSet& file_set);

}  // namespace holdfast::jobs

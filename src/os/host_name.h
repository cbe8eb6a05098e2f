// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

namespace holdfast::os {

/// What this machine calls itself; "localhost" where it does not know.
std::string host_name();

}  // namespace holdfast::os

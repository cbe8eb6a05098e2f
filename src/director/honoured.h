// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/director_resources.h"

namespace holdfast::director {

/// One message for each kind of directive that was given and has no effect in this version, with the
/// resources that give it.
std::vector<std::string> not_honoured(const config::DirectorConfiguration& configuration);

}  // namespace holdfast::director

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/settings.h"
#include "director/console/json.h"

namespace holdfast::director::console {

/// The settings of a resource or block as members of a JSON object, keys in lower case.
void add_settings(Json& to, const config::Settings& settings);

}  // namespace holdfast::director::console

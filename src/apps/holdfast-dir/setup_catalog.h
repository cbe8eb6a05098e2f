// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/director_resources.h"

namespace holdfast::apps {

/// Creates what the PostgreSQL catalogs of a configuration need, and prints what it did. As root it becomes the user
/// postgres for it, unless PGUSER names an administrator of the server. Throws Error.
void set_up_catalogs(const config::DirectorConfiguration& configuration);

}  // namespace holdfast::apps

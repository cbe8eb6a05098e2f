// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <span>

#include "config/directive.h"

namespace holdfast::config {

// The tables of the Director's resources; those of Job serve JobDefs too.
std::span<const Directive> director_directives();
std::span<const Directive> client_directives();
std::span<const Directive> job_directives();
std::span<const Directive> storage_directives();
std::span<const Directive> catalog_directives();
std::span<const Directive> schedule_directives();
std::span<const Directive> file_set_directives();
std::span<const Directive> pool_directives();
std::span<const Directive> counter_directives();
std::span<const Directive> profile_directives();
std::span<const Directive> console_directives();
std::span<const Directive> user_directives();

}  // namespace holdfast::config

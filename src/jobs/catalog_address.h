// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/postgres.h"
#include "config/director_resources.h"

namespace holdfast::jobs {

/// Where the database of a Catalog resource is and who asks; how long to wait for it is the caller's business.
catalog::PostgresAddress postgres_address(const config::Catalog& resource);

}  // namespace holdfast::jobs

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "catalog/catalog.h"
#include "config/director_resources.h"

namespace holdfast::director {

/// Opens the database of a Catalog resource: SQLite in the working directory. Throws Error.
std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog& resource,
                                               const std::filesystem::path& working_directory);

/// The row of a Pool as its resource says; the ids of its scratch and recycle pools are looked up.
catalog::PoolRow pool_row(catalog::Catalog& catalog, const config::Pool& pool);

/// The PoolId, of a new row where there is none yet.
PoolId pool_id(catalog::Catalog& catalog, const config::Pool& pool);

/// What a Director writes at start and at reload: rows for pools, clients, storages, media types (interop 07,
/// section 1.3).
void put_resources(catalog::Catalog& catalog, const config::DirectorConfiguration& configuration);

}  // namespace holdfast::director

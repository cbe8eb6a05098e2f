// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "catalog/postgres.h"
#include "config/director_resources.h"

namespace holdfast::director {

/// How long a database server that is away is waited for: as its resource says (DbPatience), or not at all.
enum class Patience { as_configured, none };

/// How to wait for the server of a Catalog resource.
struct ServerWait {
  Patience patience = Patience::as_configured;
  std::stop_token stop{};             ///< ends it
  catalog::Outage* outage = nullptr;  ///< what others have waited
  /// Told why when a session has lost its connection and cannot make it again.
  std::function<void(std::string_view why)> lost{};
};

/// Opens the database of a Catalog resource: PostgreSQL, or SQLite in the working directory. Throws Error.
std::unique_ptr<catalog::Catalog> open_catalog(const config::Catalog& resource,
                                               const std::filesystem::path& working_directory,
                                               const ServerWait& wait = {});

/// Where the PostgreSQL database of a Catalog resource is.
catalog::PostgresAddress postgres_address(const config::Catalog& resource, const ServerWait& wait = {});

/// A warning where a PostgreSQL server has room for fewer connections than the Director may run jobs (interop 07,
/// section 1.2); empty otherwise.
std::string connections_warning(catalog::Catalog& catalog, const config::Catalog& resource,
                                std::uint32_t maximum_concurrent_jobs);

/// The row of a Pool as its resource says; the ids of its scratch and recycle pools are looked up.
catalog::PoolRow pool_row(catalog::Catalog& catalog, const config::Pool& pool);

/// The PoolId, of a new row where there is none yet.
PoolId pool_id(catalog::Catalog& catalog, const config::Pool& pool);

/// What a Director writes at start and at reload: rows for pools, clients, storages, media types (interop 07,
/// section 1.3).
void put_resources(catalog::Catalog& catalog, const config::DirectorConfiguration& configuration);

}  // namespace holdfast::director

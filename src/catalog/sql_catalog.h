// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "catalog/catalog.h"
#include "catalog/postgres.h"

namespace holdfast::catalog {

/// A catalog on any database behind `connection`, whose schema must be there.
std::unique_ptr<Catalog> make_sql_catalog(std::unique_ptr<SqlConnection> connection);

/// Opens a SQLite catalog; a new file gets the schema. Throws Error where the file cannot be used or holds
/// another schema version.
std::unique_ptr<Catalog> open_sqlite_catalog(const std::filesystem::path& file);

/// The same for a PostgreSQL database: one that the peer made is used as it is.
std::unique_ptr<Catalog> open_postgres_catalog(const PostgresAddress& address);

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// The schema of Bareos 25 (interop 07, section 2).
inline constexpr std::int64_t schema_version = 2250;

/// Creates all tables, indexes and seed rows in one transaction.
void create_schema(SqlConnection& connection);

/// The last row of Version.
std::int64_t schema_version_of(SqlConnection& connection);

/// Creates the schema in an empty database, and the own tables (own_tables.h) where they are missing. Throws Error{unsupported} where another version stands: older
/// and newer ones are refused.
void require_schema(SqlConnection& connection, std::string_view database);

}  // namespace holdfast::catalog

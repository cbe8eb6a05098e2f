// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Making a connection of libpq. Inside of this folder only.

#include "catalog/postgres.h"

struct pg_conn;

namespace holdfast::catalog {

/// Connects as `address` says, with its patience. Throws Error.
pg_conn* connect_to_postgres(const PostgresAddress& address);

/// What an SQLSTATE means for the caller; "" where the server said nothing.
ErrorKind kind_of_state(std::string_view state);
/// Whether the server said that it goes away, or libpq that it is gone.
bool means_lost(std::string_view state);

}  // namespace holdfast::catalog

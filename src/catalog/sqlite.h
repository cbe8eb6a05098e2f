// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// Opens or creates a SQLite database; ":memory:" is one that only this connection sees. Journal in WAL mode.
/// Throws Error (io, refused, no_space, corrupt).
std::unique_ptr<SqlConnection> connect_sqlite(const std::filesystem::path& file);

}  // namespace holdfast::catalog

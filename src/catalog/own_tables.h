// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/sql_connection.h"

namespace holdfast::catalog {

/// Tables for what the peer does not have. Their names start with Holdfast, so that nobody takes them for its own; a
/// Director of the peer works on with them there.

/// Creates those that are missing.
void require_own_tables(SqlConnection& connection);

}  // namespace holdfast::catalog

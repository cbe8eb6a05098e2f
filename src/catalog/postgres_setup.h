// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "catalog/postgres.h"

namespace holdfast::catalog {

/// Creates, where they are missing, the role, the database and the tables that `catalog` names, and grants the role what
/// a Director needs (interop 07, section 1). Connects to the same server as whoever PGUSER, PGPASSWORD or the user of
/// this process is there, who must be allowed to create roles and databases; at last as the role itself. Does nothing
/// that is done already. Returns lines for people that say what was done. Throws Error.
std::vector<std::string> set_up_postgres(const PostgresAddress& catalog);

}  // namespace holdfast::catalog

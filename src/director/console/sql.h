// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string_view>

#include "catalog/catalog.h"
#include "director/console/table.h"

namespace holdfast::director::console {

/// The whole result of a statement that a user typed. Throws Error where the database refuses it.
Table run_sql(catalog::Catalog& catalog, std::string_view sql);

}  // namespace holdfast::director::console

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/memory_catalog.h"

#include "catalog/sql_catalog.h"

namespace holdfast::catalog {

std::unique_ptr<Catalog> memory_catalog() { return open_sqlite_catalog(":memory:"); }

}  // namespace holdfast::catalog

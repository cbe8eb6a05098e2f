// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// An empty catalog without a file. Every call makes another one.
std::unique_ptr<Catalog> memory_catalog();

}  // namespace holdfast::catalog

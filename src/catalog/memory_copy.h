// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// A catalog in memory with what another one knows of jobs, volumes, pools and clients, but none of its files: what a
/// simulation may change as it likes. The original is only read.
std::unique_ptr<Catalog> copy_without_files(Catalog& original);

}  // namespace holdfast::catalog

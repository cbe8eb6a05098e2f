// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// A table of golden/catalog: the names of its columns, and its rows, in which nothing stands for NULL.
struct GoldenTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

std::vector<GoldenTable> golden_tables(const std::filesystem::path& folder);

/// Makes the rows of a catalog with a fresh schema those of the recordings, as the peer would have left them.
void fill_with_golden_rows(Catalog& catalog, const std::filesystem::path& folder);

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/temporary_catalog.h"

#include <cstdlib>

#include "base/error.h"
#include "catalog/sql_catalog.h"

namespace holdfast::catalog {

TemporaryCatalog::TemporaryCatalog() {
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-catalog-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw Error(ErrorKind::io, "no temporary folder {}", pattern);
  folder_ = pattern;
}

TemporaryCatalog::~TemporaryCatalog() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Catalog> TemporaryCatalog::open() const { return open_sqlite_catalog(file()); }

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/catalog/temporary_catalog.h"

#include <cstdlib>

#include "base/error.h"
#include "catalog/sql_catalog.h"

namespace holdfast::catalog {

namespace {

/// In memory where that is possible: a test commits thousands of times, and no test cuts the power.
std::filesystem::path folder_of_tests() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code failed;
  return std::filesystem::is_directory(memory, failed) ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

TemporaryCatalog::TemporaryCatalog() {
  std::string pattern = (folder_of_tests() / "holdfast-catalog-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw Error(ErrorKind::io, "no temporary folder {}", pattern);
  folder_ = pattern;
}

TemporaryCatalog::~TemporaryCatalog() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Catalog> TemporaryCatalog::open() const { return open_sqlite_catalog(file()); }

}  // namespace holdfast::catalog

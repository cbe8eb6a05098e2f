// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>

#include "catalog/catalog.h"

namespace holdfast::catalog {

/// A catalog file in a folder of its own, removed at the end. Any number of sessions.
class TemporaryCatalog {
 public:
  TemporaryCatalog();
  TemporaryCatalog(const TemporaryCatalog&) = delete;
  TemporaryCatalog& operator=(const TemporaryCatalog&) = delete;
  ~TemporaryCatalog();

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path file() const { return folder_ / "catalog.db"; }
  std::unique_ptr<Catalog> open() const;
  CatalogOpener opener() const {
    return [this] { return open(); };
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace holdfast::catalog

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "apps/common/command_line.h"
#include "catalog/catalog.h"

namespace holdfast::apps {

/// Which catalog a volume tool works with: a SQLite file, that of a Director's configuration, or a PostgreSQL database by
/// the options that bscan has always had.
struct CatalogChoice {
  std::string path;  ///< SQLite file, or configuration of a Director
  std::string database = "bareos";
  std::string user = "bareos";
  std::string password;
  std::string host;
  int port = 0;

  void add_path_to(CommandLine& line);
  /// For tools that only look things up: a path that was mistyped is refused.
  void add_existing_path_to(CommandLine& line);
  void add_postgres_to(CommandLine& line);

  /// Throws Error where there is no such catalog, or its configuration cannot be used.
  catalog::CatalogOpener opener(const std::string& program) const;
};

}  // namespace holdfast::apps

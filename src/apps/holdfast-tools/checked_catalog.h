// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/check.h"
#include "catalog/sql_connection.h"

namespace holdfast::apps {

/// Which catalog is checked, as the command line says.
struct CatalogArguments {
  std::string configuration;  ///< of a Director; empty: where it lies by default
  std::string name;           ///< of the Catalog resource; empty: the first
  std::string driver;         ///< "sqlite" for a file; anything else is PostgreSQL
  /// working_directory [database [user [password [host [port]]]]], instead of a configuration
  std::vector<std::string> words;
};

/// A database and what is known of it.
struct CheckedCatalog {
  std::string name, database, driver, user, password, address, socket, working_directory;
  std::uint32_t port = 0;
  /// Empty where no configuration was read.
  std::optional<catalog::NamedResources> named;

  /// For scripts, in the words of interop 10, section 9.3.
  std::string description() const;
  /// Throws Error where there is no such catalog; none is ever made.
  std::unique_ptr<catalog::SqlConnection> connect() const;

 private:
  friend std::optional<CheckedCatalog> find_catalog(const CatalogArguments& arguments);
  std::function<std::unique_ptr<catalog::SqlConnection>()> open_;
};

/// Nothing where the configuration cannot be used, which was told on standard error. Throws Error where it has no such
/// Catalog.
std::optional<CheckedCatalog> find_catalog(const CatalogArguments& arguments);

}  // namespace holdfast::apps

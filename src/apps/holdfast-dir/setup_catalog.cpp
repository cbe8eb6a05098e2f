// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-dir/setup_catalog.h"

#include <fmt/core.h>

#include <cstdlib>

#include "base/error.h"
#include "catalog/postgres_setup.h"
#include "director/catalog_rows.h"
#include "os/background.h"
#include "os/privileges.h"

namespace holdfast::apps {
namespace {

constexpr const char* administrator = "postgres";

/// Debian lets the user postgres in, and nobody else, through the socket of its own machine.
void become_administrator(const config::DirectorConfiguration& configuration) {
  const auto is_far = [](const config::Catalog& catalog) {
    return !catalog.address.empty() && !catalog.address.starts_with('/');
  };
  const auto& catalogs = configuration.catalogs;
  if (!os::is_root() || std::getenv("PGUSER") != nullptr) return;
  if (std::any_of(catalogs.begin(), catalogs.end(), is_far)) return;
  try {
    os::become_user(administrator, "", os::KeptRights::none);
  } catch (const Error&) {
    rethrow_with(
        "PostgreSQL seems not to be installed here (as its administrator may be another user: set PGUSER)");
  }
}

}  // namespace

void set_up_catalogs(const config::DirectorConfiguration& configuration) {
  become_administrator(configuration);
  for (const auto& catalog : configuration.catalogs) {
    if (catalog.driver != config::CatalogDriver::postgresql) {
      fmt::print("Catalog {}: SQLite needs no setup.\n", catalog.name);
      continue;
    }
    try {
      for (const std::string& line : catalog::set_up_postgres(director::postgres_address(catalog)))
        fmt::print("Catalog {}: {}\n", catalog.name, line);
    } catch (const Error&) {
      rethrow_with("Catalog {}", catalog.name);
    }
  }
}

}  // namespace holdfast::apps

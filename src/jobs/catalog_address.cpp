// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/catalog_address.h"

namespace holdfast::jobs {

catalog::PostgresAddress postgres_address(const config::Catalog& resource) {
  catalog::PostgresAddress address;
  address.host = resource.address;
  address.port = resource.port;
  address.database = resource.database;
  address.user = resource.user;
  address.password = resource.password.text;
  address.ssl_mode = resource.ssl_mode;
  address.ssl_root_certificate = resource.ssl_ca_certificate_file;
  address.ssl_certificate = resource.ssl_certificate;
  address.ssl_key = resource.ssl_key;
  return address;
}

}  // namespace holdfast::jobs

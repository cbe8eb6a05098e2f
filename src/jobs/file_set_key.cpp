// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/file_set_key.h"

#include "config/print.h"
#include "crypto/base64.h"
#include "crypto/digest.h"

namespace holdfast::jobs {

std::string file_set_key(const config::FileSet& file_set) {
  const auto digest = crypto::digest_of(crypto::DigestKind::md5, as_bytes(file_set.identity_text()));
  return crypto::encode_base64(digest.bytes(), crypto::Base64::bareos);
}

catalog::FileSetRow file_set_row(catalog::FileSetCatalog& catalog, const config::FileSet& file_set,
                                 catalog::Moment now) {
  using Match = catalog::FileSetCatalog::Match;
  catalog::FileSetRow wanted;
  wanted.name = file_set.name;
  wanted.md5 = file_set_key(file_set);
  wanted.text = config::print_resource(file_set);
  return catalog.get_or_create(
      wanted, file_set.ignore_file_set_changes ? Match::newest_of_name : Match::name_and_md5, now);
}

}  // namespace holdfast::jobs

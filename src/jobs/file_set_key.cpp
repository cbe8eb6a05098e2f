// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/file_set_key.h"

#include "crypto/base64.h"
#include "crypto/digest.h"

namespace holdfast::jobs {

std::string file_set_key(const config::FileSet& file_set) {
  const auto digest = crypto::digest_of(crypto::DigestKind::md5, as_bytes(file_set.identity_text()));
  return crypto::encode_base64(digest.bytes(), crypto::Base64::bareos);
}

}  // namespace holdfast::jobs

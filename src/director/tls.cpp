// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/tls.h"

namespace holdfast::director {

std::shared_ptr<const crypto::TlsContext> tls_context(const config::TlsSettings& configured) {
  crypto::TlsSettings settings;
  settings.verify_peer = configured.verify_peer ? crypto::VerifyPeer::yes : crypto::VerifyPeer::no;
  settings.ca_certificate_file = configured.ca_certificate_file;
  settings.ca_certificate_dir = configured.ca_certificate_dir;
  settings.certificate_revocation_list = configured.certificate_revocation_list;
  settings.certificate = configured.certificate;
  settings.key = configured.key;
  settings.dh_file = configured.dh_file;
  settings.cipher_list = configured.cipher_list;
  settings.cipher_suites = configured.cipher_suites;
  settings.protocol = configured.protocol;
  settings.allowed_cns = configured.allowed_cn;
  return std::make_shared<const crypto::TlsContext>(settings);
}

}  // namespace holdfast::director

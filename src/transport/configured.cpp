// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/configured.h"

namespace holdfast::transport {

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

std::vector<os::ListenAddress> listen_addresses(const config::ListenAddresses& configured) {
  std::vector<os::ListenAddress> addresses;
  for (const config::ListenAddress& address : configured.list) {
    const bool is_ipv6 = address.family == config::ListenAddress::Family::ipv6;
    addresses.push_back({address.host, address.port, is_ipv6 ? os::Family::ipv6 : os::Family::ipv4});
  }
  return addresses;
}

}  // namespace holdfast::transport

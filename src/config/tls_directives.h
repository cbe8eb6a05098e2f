// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>

#include "config/directive.h"
#include "config/value_types.h"

namespace holdfast::config {

/// The directives of the member `Tls` of a resource.
template <auto Tls>
constexpr auto tls_directives() {
  return std::array{
      group_field<Tls, &TlsSettings::authenticate>("TlsAuthenticate",
                                                   "Use TLS to authenticate only, then go on in clear text."),
      group_field<Tls, &TlsSettings::enable>("TlsEnable", "Offer TLS."),
      group_field<Tls, &TlsSettings::require>("TlsRequire", "Refuse peers without TLS."),
      group_field<Tls, &TlsSettings::cipher_list>("TlsCipherList",
                                                  "Ciphers for TLS up to 1.2, in OpenSSL's notation.")
          .platform_specific(),
      group_field<Tls, &TlsSettings::cipher_suites>("TlsCipherSuites", "Cipher suites for TLS 1.3.")
          .platform_specific(),
      group_field<Tls, &TlsSettings::dh_file>("TlsDhFile", "File with Diffie-Hellman parameters.",
                                              types::directory),
      group_field<Tls, &TlsSettings::protocol>("TlsProtocol", "TLS versions, in OpenSSL's notation.")
          .platform_specific()
          .from("20.0.0"),
      group_field<Tls, &TlsSettings::verify_peer>("TlsVerifyPeer", "Check the certificate of the peer."),
      group_field<Tls, &TlsSettings::ca_certificate_file>(
          "TlsCaCertificateFile", "File with the certificates of the trusted authorities, PEM.",
          types::directory),
      group_field<Tls, &TlsSettings::ca_certificate_dir>(
          "TlsCaCertificateDir", "Directory with such certificates under their hashed names.",
          types::directory),
      group_field<Tls, &TlsSettings::certificate_revocation_list>(
          "TlsCertificateRevocationList", "File with revoked certificates, PEM.", types::directory),
      group_field<Tls, &TlsSettings::certificate>("TlsCertificate", "Own certificate, PEM.",
                                                  types::directory),
      group_field<Tls, &TlsSettings::key>(
          "TlsKey", "Private key of the own certificate, PEM, without passphrase.", types::directory),
      group_field<Tls, &TlsSettings::allowed_cn>(
          "TlsAllowedCn", "Common names that the peer's certificate may carry; any if absent."),
  };
}

}  // namespace holdfast::config

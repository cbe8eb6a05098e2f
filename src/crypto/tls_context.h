// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace holdfast::crypto {

enum class VerifyPeer { no, yes };

/// The TLS directives of one resource (interop 01, section 6); empty texts stand for directives not given.
struct TlsSettings {
  VerifyPeer verify_peer = VerifyPeer::no;
  std::string ca_certificate_file;
  std::string ca_certificate_dir;
  std::string certificate_revocation_list;
  std::string certificate;
  std::string key;
  std::string dh_file;
  std::string cipher_list;    ///< up to TLS 1.2
  std::string cipher_suites;  ///< TLS 1.3
  std::string protocol;       ///< in the words of OpenSSL: "-TLSv1.3", "TLSv1.2"
  std::vector<std::string> allowed_cns;
};

/// The settings, checked and with their files read. Immutable; shared by all connections of a resource and
/// used from any thread.
class TlsContext {
 public:
  /// Throws Error{invalid} that names the directive and the file.
  explicit TlsContext(const TlsSettings& settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  const TlsSettings& settings() const;

 private:
  friend class TlsSession;
  struct Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::crypto

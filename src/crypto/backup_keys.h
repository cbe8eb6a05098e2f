// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/data_cipher.h"
#include "crypto/digest.h"

namespace holdfast::crypto {

/// What the data of a job is encrypted with, and the record (stream 22) from which each recipient gets it back.
struct EncryptionSession {
  SessionKey key;
  Buffer record;
};

/// The keys of somebody who saves: his own, which signs and for whom everything is encrypted, and those of others who
/// shall be able to decrypt it, too (interop 05, section 11.1). Filled by one thread, then used by any number.
class BackupKeys {
 public:
  /// A PEM file with a private RSA key and its certificate, as `PKI Key Pair` names it. `name` is for messages. Throws
  /// Error{invalid} where it lacks one of them, or the certificate lacks its subjectKeyIdentifier.
  BackupKeys(std::string_view key_pair_pem, const std::string& name);
  BackupKeys(BackupKeys&&) noexcept;
  ~BackupKeys();

  /// A PEM file with certificates, as `PKI Master Key` names it. Throws Error{invalid} where one cannot be used.
  void add_recipients(std::string_view pem, const std::string& name);

  /// A new session key, for all recipients. Throws Error{unsupported} where OpenSSL lacks the cipher.
  EncryptionSession start_session(DataCipher cipher) const;

 private:
  friend class Signer;
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

/// Signs files with the own key. One thread each, since an RSA key that several threads use makes them wait for each
/// other. A signature with 2048 bits costs about a third of a millisecond.
class Signer {
 public:
  /// What is signed.
  static constexpr DigestKind digest_kind = DigestKind::sha256;

  explicit Signer(const BackupKeys& keys);
  Signer(Signer&&) noexcept;
  ~Signer();

  /// The signature record (stream 19) over the digest of a file.
  Buffer sign(const DigestValue& digest);

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::crypto

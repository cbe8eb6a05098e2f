// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"
#include "crypto/pki_records.h"

namespace holdfast::crypto {

/// The keys of somebody who restores: private RSA keys that unlock encrypted data, and certificates whose signatures
/// are believed (interop 05, section 11.1). Filled by one thread, then used by any number.
class KeyRing {
 public:
  KeyRing();
  KeyRing(KeyRing&&) noexcept;
  KeyRing& operator=(KeyRing&&) noexcept;
  ~KeyRing();

  /// A PEM file with a private key and its certificate, as `PKI Key Pair` names it; its owner's signatures are
  /// believed. A private key alone will do too: its identifier is then computed as certificates have it by default.
  /// `name` is for messages. Throws Error{invalid} where it holds no such key, or one under a passphrase.
  void add_key_pair(std::string_view pem, const std::string& name);
  /// A PEM file with certificates, as `PKI Signer` names it. Throws Error{invalid} where one cannot be used.
  void add_signers(std::string_view pem, const std::string& name);

  bool has_private_keys() const;
  bool has_signers() const;

  /// The session key under one of the private keys; or why none of them unlocks it, for a message.
  Expected<SessionKey, std::string> unlock(const SessionRecord& record) const;

  /// Whether signatures by this key are believed.
  bool trusts(Bytes key_id) const;
  /// Whether a key that is trusted has signed this digest.
  bool is_good(const Signature& signature, const DigestValue& digest) const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/data_cipher.h"
#include "crypto/digest.h"

namespace holdfast::crypto {

/// An RSA key with a self-signed certificate, made for tests: what a client would own that encrypts and signs its data.
class TestKeyPair {
 public:
  enum class Identifier { by_default, chosen, missing };

  explicit TestKeyPair(Identifier identifier = Identifier::by_default);
  ~TestKeyPair();
  TestKeyPair(const TestKeyPair&) = delete;
  TestKeyPair& operator=(const TestKeyPair&) = delete;

  const std::string& certificate() const { return certificate_; }
  const std::string& private_key() const { return private_key_; }
  std::string private_key_under_passphrase() const;
  std::string both() const { return certificate_ + private_key_; }
  const Buffer& id() const { return id_; }

  Buffer encrypt(Bytes plain) const;
  Buffer sign(DigestKind kind, Bytes data) const;

 private:
  struct Key;
  std::unique_ptr<Key> key_;
  std::string certificate_;
  std::string private_key_;
  Buffer id_;
};

/// Three that are made once for all tests of a program: of who saves, of who may decrypt it too, of somebody else.
const TestKeyPair& client_pair();
const TestKeyPair& master_pair();
const TestKeyPair& stranger_pair();

/// Stream 22: this key, which must be one for AES, for these recipients.
Buffer session_record(const SessionKey& key, const std::vector<const TestKeyPair*>& recipients);
/// Stream 19: `data` signed by each of the signers.
Buffer signature_record(DigestKind kind, Bytes data, const std::vector<const TestKeyPair*>& signers);
/// One stream of encrypted data: `plain` with its lengths in front of the blocks (interop 05, section 11.3).
Buffer encrypt_stream(const SessionKey& key, Bytes plain);

/// Key 00 01 02 …, IV 00 01 02 …, as the vectors of the chapter have them.
SessionKey counting_key(DataCipher cipher);

}  // namespace holdfast::crypto

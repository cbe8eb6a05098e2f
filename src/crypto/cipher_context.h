// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For data_cipher.cpp only: a cipher at work, as OpenSSL holds it.

#include <openssl/evp.h>

#include <memory>
#include <optional>

#include "crypto/data_cipher.h"

namespace holdfast::crypto {

struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const { ::EVP_CIPHER_free(cipher); }
};
struct FreeCipherContext {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};

/// One direction of a cipher with one key. What looking it up and expanding the key costs is paid once, not per stream.
class CipherContext {
 public:
  enum class Direction { encrypt, decrypt };

  CipherContext(const SessionKey& key, Direction direction);

  void start();
  std::size_t update(Bytes from, MutableBytes to);
  /// Nothing where the padding is wrong.
  std::optional<std::size_t> finish(MutableBytes to);

 private:
  [[noreturn]] static void fail();

  std::unique_ptr<EVP_CIPHER, FreeCipher> cipher_;
  std::unique_ptr<EVP_CIPHER_CTX, FreeCipherContext> context_;
  Buffer iv_;
};

}  // namespace holdfast::crypto

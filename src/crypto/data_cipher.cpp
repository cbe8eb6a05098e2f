// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/data_cipher.h"

#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "crypto/cipher_context.h"
#include "crypto/random.h"
#include "crypto/tls_errors.h"

namespace holdfast::crypto {

namespace {

using namespace std::string_view_literals;

struct Algorithm {
  DataCipher cipher;
  std::string_view name;
  const char* openssl_name;
  std::string_view object_identifier;  ///< as it stands in DER
  std::size_t key_size;
  std::size_t iv_size;
};

constexpr std::array algorithms{
    Algorithm{DataCipher::blowfish, "blowfish", "BF-CBC", "\x2b\x06\x01\x04\x01\x97\x55\x01\x02"sv, 16, 8},
    Algorithm{DataCipher::triple_des, "3des", "DES-EDE3-CBC", "\x2a\x86\x48\x86\xf7\x0d\x03\x07"sv, 24, 8},
    Algorithm{DataCipher::aes128, "aes128", "AES-128-CBC", "\x60\x86\x48\x01\x65\x03\x04\x01\x02"sv, 16, 16},
    Algorithm{DataCipher::aes192, "aes192", "AES-192-CBC", "\x60\x86\x48\x01\x65\x03\x04\x01\x16"sv, 24, 16},
    Algorithm{DataCipher::aes256, "aes256", "AES-256-CBC", "\x60\x86\x48\x01\x65\x03\x04\x01\x2a"sv, 32, 16},
    Algorithm{DataCipher::camellia128, "camellia128", "CAMELLIA-128-CBC",
              "\x2a\x83\x08\x8c\x9a\x4b\x3d\x01\x01\x01\x02"sv, 16, 16},
    Algorithm{DataCipher::camellia192, "camellia192", "CAMELLIA-192-CBC",
              "\x2a\x83\x08\x8c\x9a\x4b\x3d\x01\x01\x01\x03"sv, 24, 16},
    Algorithm{DataCipher::camellia256, "camellia256", "CAMELLIA-256-CBC",
              "\x2a\x83\x08\x8c\x9a\x4b\x3d\x01\x01\x01\x04"sv, 32, 16},
};

const Algorithm& algorithm_of(DataCipher cipher) { return algorithms[static_cast<std::size_t>(cipher)]; }

/// Ciphers that OpenSSL keeps apart. A library context of its own, because a loaded provider changes what the default
/// one offers to TLS.
OSSL_LIB_CTX* legacy_library() {
  static OSSL_LIB_CTX* const library = [] {
    OSSL_LIB_CTX* const made = ::OSSL_LIB_CTX_new();
    if (made != nullptr) ::OSSL_PROVIDER_load(made, "legacy");
    take_openssl_error();
    return made;
  }();
  return library;
}

const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(MutableBytes bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

std::string_view to_string(DataCipher cipher) { return algorithm_of(cipher).name; }
std::size_t key_size(DataCipher cipher) { return algorithm_of(cipher).key_size; }
std::size_t iv_size(DataCipher cipher) { return algorithm_of(cipher).iv_size; }
Bytes object_identifier_of(DataCipher cipher) { return as_bytes(algorithm_of(cipher).object_identifier); }

std::optional<DataCipher> data_cipher_named(std::string_view name) {
  const auto found = std::find_if(algorithms.begin(), algorithms.end(),
                                  [&](const Algorithm& algorithm) { return algorithm.name == name; });
  if (found == algorithms.end()) return std::nullopt;
  return found->cipher;
}

std::optional<DataCipher> find_data_cipher(Bytes object_identifier) {
  const auto found = std::find_if(algorithms.begin(), algorithms.end(), [&](const Algorithm& algorithm) {
    return algorithm.object_identifier == as_text(object_identifier);
  });
  if (found == algorithms.end()) return std::nullopt;
  return found->cipher;
}

SessionKey::~SessionKey() { ::OPENSSL_cleanse(key.data(), key.size()); }

SessionKey make_session_key(DataCipher cipher) {
  SessionKey key(cipher, Buffer(key_size(cipher)), Buffer(iv_size(cipher)));
  fill_random(key.key);
  fill_random(key.iv);
  return key;
}

CipherContext::CipherContext(const SessionKey& key, Direction direction) : iv_(key.iv) {
  const auto& algorithm = algorithm_of(key.cipher);
  if (key.key.size() != algorithm.key_size || key.iv.size() != algorithm.iv_size)
    throw Error(ErrorKind::invalid, "A key of {} bytes with {} bytes to start from does not fit {}",
                key.key.size(), key.iv.size(), algorithm.name);
  OSSL_LIB_CTX* const library = key.cipher == DataCipher::blowfish ? legacy_library() : nullptr;
  cipher_.reset(::EVP_CIPHER_fetch(library, algorithm.openssl_name, nullptr));
  context_.reset(::EVP_CIPHER_CTX_new());
  const bool encrypts = direction == Direction::encrypt;
  if (!cipher_ || !context_ ||
      ::EVP_CipherInit_ex2(context_.get(), cipher_.get(), in(key.key), in(key.iv), encrypts ? 1 : 0,
                           nullptr) != 1)
    throw Error(ErrorKind::unsupported, "{} with {} is not possible with this OpenSSL{}: {}",
                encrypts ? "Encryption" : "Decryption", algorithm.name,
                key.cipher == DataCipher::blowfish ? ", which needs its legacy provider for that" : "",
                take_openssl_error());
}

void CipherContext::start() {
  if (::EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, in(iv_), -1, nullptr) != 1) fail();
}

std::size_t CipherContext::update(Bytes from, MutableBytes to) {
  if (from.size() > std::numeric_limits<int>::max() - EVP_MAX_BLOCK_LENGTH)
    throw Error(ErrorKind::invalid, "{} bytes for a cipher at once", from.size());
  int size = 0;
  if (::EVP_CipherUpdate(context_.get(), out(to), &size, in(from), static_cast<int>(from.size())) != 1)
    fail();
  return static_cast<std::size_t>(size);
}

std::optional<std::size_t> CipherContext::finish(MutableBytes to) {
  int size = 0;
  const bool is_good = ::EVP_CipherFinal_ex(context_.get(), out(to), &size) == 1;
  take_openssl_error();
  if (!is_good) return std::nullopt;
  return static_cast<std::size_t>(size);
}

void CipherContext::fail() {
  throw Error(ErrorKind::internal, "OpenSSL's cipher fails: {}", take_openssl_error());
}

Encryption::Encryption(const SessionKey& key)
    : context_(std::make_unique<CipherContext>(key, CipherContext::Direction::encrypt)) {}
Encryption::Encryption(Encryption&&) noexcept = default;
Encryption::~Encryption() = default;

void Encryption::start() { context_->start(); }
std::size_t Encryption::update(Bytes plain, MutableBytes to) {
  return plain.empty() ? 0 : context_->update(plain, to);
}
std::size_t Encryption::finish(MutableBytes to) {
  const auto size = context_->finish(to);
  if (!size) throw Error(ErrorKind::internal, "OpenSSL's cipher does not come to an end");
  return *size;
}

Decryption::Decryption(const SessionKey& key)
    : context_(std::make_unique<CipherContext>(key, CipherContext::Direction::decrypt)) {}
Decryption::Decryption(Decryption&&) noexcept = default;
Decryption::~Decryption() = default;

void Decryption::start() { context_->start(); }

Bytes Decryption::update(Bytes encrypted) {
  if (encrypted.empty()) return {};
  // One block more than comes in: the one held back before.
  plain_.resize(std::max(plain_.size(), encrypted.size() + EVP_MAX_BLOCK_LENGTH));
  const auto size = context_->update(encrypted, plain_);
  return Bytes(plain_).first(size);
}

Expected<Bytes, std::string> Decryption::finish() {
  plain_.resize(std::max<std::size_t>(plain_.size(), EVP_MAX_BLOCK_LENGTH));
  const auto size = context_->finish(plain_);
  context_->start();
  if (!size)
    return unexpected(std::string("the encrypted data is damaged or incomplete, or its key is another one"));
  return Bytes(plain_).first(*size);
}

}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/data_cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
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

struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const { ::EVP_CIPHER_free(cipher); }
};
struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};

const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(Buffer& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

std::string_view to_string(DataCipher cipher) { return algorithm_of(cipher).name; }
std::size_t key_size(DataCipher cipher) { return algorithm_of(cipher).key_size; }
std::size_t iv_size(DataCipher cipher) { return algorithm_of(cipher).iv_size; }

std::optional<DataCipher> find_data_cipher(Bytes object_identifier) {
  const auto found = std::find_if(algorithms.begin(), algorithms.end(), [&](const Algorithm& algorithm) {
    return algorithm.object_identifier == as_text(object_identifier);
  });
  if (found == algorithms.end()) return std::nullopt;
  return found->cipher;
}

SessionKey::~SessionKey() { ::OPENSSL_cleanse(key.data(), key.size()); }

class Decryption::Context {
 public:
  explicit Context(const SessionKey& key) {
    const auto& algorithm = algorithm_of(key.cipher);
    if (key.key.size() != algorithm.key_size || key.iv.size() != algorithm.iv_size)
      throw Error(ErrorKind::invalid, "A key of {} bytes with {} bytes to start from does not fit {}",
                  key.key.size(), key.iv.size(), algorithm.name);
    OSSL_LIB_CTX* const library = key.cipher == DataCipher::blowfish ? legacy_library() : nullptr;
    cipher_.reset(::EVP_CIPHER_fetch(library, algorithm.openssl_name, nullptr));
    context_.reset(::EVP_CIPHER_CTX_new());
    if (!cipher_ || !context_ ||
        ::EVP_DecryptInit_ex2(context_.get(), cipher_.get(), in(key.key), in(key.iv), nullptr) != 1)
      throw Error(ErrorKind::unsupported, "Data encrypted with {} cannot be decrypted by this OpenSSL: {}",
                  algorithm.name, take_openssl_error());
    iv_ = key.iv;
  }

  void start() {
    if (::EVP_DecryptInit_ex2(context_.get(), nullptr, nullptr, in(iv_), nullptr) != 1) fail();
  }
  std::size_t update(Bytes encrypted, Buffer& plain) {
    // One block more than comes in: the one held back before.
    plain.resize(std::max(plain.size(), encrypted.size() + EVP_MAX_BLOCK_LENGTH));
    int size = 0;
    if (::EVP_DecryptUpdate(context_.get(), out(plain), &size, in(encrypted),
                            static_cast<int>(encrypted.size())) != 1)
      fail();
    return static_cast<std::size_t>(size);
  }
  std::optional<std::size_t> finish(Buffer& plain) {
    plain.resize(std::max<std::size_t>(plain.size(), EVP_MAX_BLOCK_LENGTH));
    int size = 0;
    const bool is_good = ::EVP_DecryptFinal_ex(context_.get(), out(plain), &size) == 1;
    take_openssl_error();
    if (!is_good) return std::nullopt;
    return static_cast<std::size_t>(size);
  }

 private:
  [[noreturn]] static void fail() {
    throw Error(ErrorKind::internal, "OpenSSL does not decrypt: {}", take_openssl_error());
  }
  std::unique_ptr<EVP_CIPHER, FreeCipher> cipher_;
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
  Buffer iv_;
};

Decryption::Decryption(const SessionKey& key) : context_(std::make_unique<Context>(key)) {}
Decryption::Decryption(Decryption&&) noexcept = default;
Decryption::~Decryption() = default;

void Decryption::start() { context_->start(); }

Bytes Decryption::update(Bytes encrypted) {
  if (encrypted.empty()) return {};
  if (encrypted.size() > std::numeric_limits<int>::max() - EVP_MAX_BLOCK_LENGTH)
    throw Error(ErrorKind::invalid, "{} bytes to decrypt at once", encrypted.size());
  const auto size = context_->update(encrypted, plain_);
  return Bytes(plain_).first(size);
}

Expected<Bytes, std::string> Decryption::finish() {
  const auto size = context_->finish(plain_);
  context_->start();
  if (!size)
    return unexpected(std::string("the encrypted data is damaged or incomplete, or its key is another one"));
  return Bytes(plain_).first(*size);
}

}  // namespace holdfast::crypto

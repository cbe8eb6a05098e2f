// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/key_ring.h"

#include <fmt/core.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "base/error.h"
#include "crypto/pem_keys.h"
#include "crypto/tls_errors.h"

namespace holdfast::crypto {

namespace {

const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

/// A key that does not fit must fail instead of yielding random bytes. Nobody can ask for many decryptions here and
/// learn from that.
void tell_failures(EVP_PKEY_CTX* context) {
#ifdef OSSL_ASYM_CIPHER_PARAM_IMPLICIT_REJECTION
  unsigned off = 0;
  const OSSL_PARAM parameters[] = {
      ::OSSL_PARAM_construct_uint(OSSL_ASYM_CIPHER_PARAM_IMPLICIT_REJECTION, &off),
      ::OSSL_PARAM_construct_end()};
  ::EVP_PKEY_CTX_set_params(context, parameters);
#else
  (void)context;
#endif
}

/// What is under the key, if that is `size` bytes.
std::optional<Buffer> decrypted(EVP_PKEY* key, Bytes encrypted, std::size_t size) {
  const KeyContext context(::EVP_PKEY_CTX_new(key, nullptr));
  if (!context || ::EVP_PKEY_decrypt_init(context.get()) != 1 ||
      ::EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1)
    throw Error(ErrorKind::internal, "OpenSSL does not decrypt with RSA: {}", take_openssl_error());
  tell_failures(context.get());
  Buffer plain(static_cast<std::size_t>(::EVP_PKEY_get_size(key)));
  auto length = plain.size();
  const int outcome = ::EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(plain.data()),
                                         &length, in(encrypted), encrypted.size());
  take_openssl_error();
  const bool is_good = outcome == 1 && length == size;
  if (!is_good) length = 0;
  ::OPENSSL_cleanse(plain.data() + length, plain.size() - length);
  if (!is_good) return std::nullopt;
  plain.resize(size);
  return plain;
}

enum class IdFrom { certificate, computation };

struct PrivateKey {
  Buffer id;
  IdFrom id_from;
  PkeyPointer key;
};
struct Signer {
  Buffer id;
  PkeyPointer key;
};

std::string joined(const std::vector<Bytes>& ids) {
  std::string text;
  for (const Bytes id : ids) text += (text.empty() ? "" : ", ") + printed_key_id(id);
  return text.empty() ? "nobody" : text;
}

}  // namespace

class KeyRing::Implementation {
 public:
  void add_key_pair(std::string_view pem, const std::string& name) {
    PkeyPointer key = private_key_of(pem, name);
    const auto certificates = certificates_of(pem);
    X509* const own = certificate_of(key.get(), certificates, name);
    if (own == nullptr) {
      auto id = default_key_id_of(key.get());
      keys_.push_back({std::move(id), IdFrom::computation, std::move(key)});
      return;
    }
    add_signer(own, name);
    keys_.push_back({key_id_of(own, name), IdFrom::certificate, std::move(key)});
  }

  void add_signers(std::string_view pem, const std::string& name) {
    const auto certificates = certificates_of(pem);
    if (certificates.empty()) throw Error(ErrorKind::invalid, "{} holds no certificate in PEM form", name);
    for (const auto& certificate : certificates) add_signer(certificate.get(), name);
  }

  bool has_private_keys() const { return !keys_.empty(); }
  bool has_signers() const { return !signers_.empty(); }

  Expected<SessionKey, std::string> unlock(const SessionRecord& record) const {
    if (keys_.empty())
      return unexpected(
          fmt::format("No private decryption keys have been defined to decrypt encrypted backup data. It is "
                      "encrypted for {}",
                      joined(recipients(record))));
    bool has_match = false;
    for (const auto& recipient : record.recipients)
      for (const auto& key : keys_) {
        const bool is_match = equal(key.id, recipient.key_id);
        has_match = has_match || is_match;
        // The certificate of a bare key may state another identifier than the default.
        if (!is_match && key.id_from == IdFrom::certificate) continue;
        if (auto plain = decrypted(key.key.get(), recipient.encrypted_key, key_size(record.cipher))) {
          SessionKey session(record.cipher, *plain, record.iv);
          ::OPENSSL_cleanse(plain->data(), plain->size());
          return session;
        }
      }
    return unexpected(fmt::format("{} It is encrypted for {}; the private keys given are {}",
                                  has_match
                                      ? "Decrypt of the session key failed."
                                      : "Missing private key required to decrypt encrypted backup data.",
                                  joined(recipients(record)), joined(own_ids())));
  }

  const Signer* find_signer(Bytes key_id) const {
    const auto found = std::find_if(signers_.begin(), signers_.end(),
                                    [&](const Signer& signer) { return equal(signer.id, key_id); });
    return found == signers_.end() ? nullptr : &*found;
  }

 private:
  void add_signer(X509* certificate, const std::string& name) {
    signers_.push_back({key_id_of(certificate, name), public_key_of(certificate, name)});
  }
  static std::vector<Bytes> recipients(const SessionRecord& record) {
    std::vector<Bytes> ids;
    for (const auto& recipient : record.recipients) ids.push_back(recipient.key_id);
    return ids;
  }
  std::vector<Bytes> own_ids() const {
    std::vector<Bytes> ids;
    for (const auto& key : keys_) ids.emplace_back(key.id);
    return ids;
  }

  std::vector<PrivateKey> keys_;
  std::vector<Signer> signers_;
};

KeyRing::KeyRing() : self_(std::make_unique<Implementation>()) {}
KeyRing::KeyRing(KeyRing&&) noexcept = default;
KeyRing& KeyRing::operator=(KeyRing&&) noexcept = default;
KeyRing::~KeyRing() = default;

void KeyRing::add_key_pair(std::string_view pem, const std::string& name) { self_->add_key_pair(pem, name); }
void KeyRing::add_signers(std::string_view pem, const std::string& name) { self_->add_signers(pem, name); }
bool KeyRing::has_private_keys() const { return self_->has_private_keys(); }
bool KeyRing::has_signers() const { return self_->has_signers(); }
Expected<SessionKey, std::string> KeyRing::unlock(const SessionRecord& record) const {
  return self_->unlock(record);
}
bool KeyRing::trusts(Bytes key_id) const { return self_->find_signer(key_id) != nullptr; }

bool KeyRing::is_good(const Signature& signature, const DigestValue& digest) const {
  const Signer* const signer = self_->find_signer(signature.key_id);
  const EVP_MD* const method = signature.digest ? method_of(*signature.digest) : nullptr;
  if (signer == nullptr || method == nullptr) return false;
  const KeyContext context(::EVP_PKEY_CTX_new(signer->key.get(), nullptr));
  if (!context || ::EVP_PKEY_verify_init(context.get()) != 1 ||
      ::EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      ::EVP_PKEY_CTX_set_signature_md(context.get(), method) != 1)
    throw Error(ErrorKind::internal, "OpenSSL does not verify signatures: {}", take_openssl_error());
  const bool is_good = ::EVP_PKEY_verify(context.get(), in(signature.value), signature.value.size(),
                                         in(digest.bytes()), digest.bytes().size()) == 1;
  take_openssl_error();
  return is_good;
}

}  // namespace holdfast::crypto

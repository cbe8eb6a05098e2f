// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/backup_keys.h"

#include <openssl/rsa.h>

#include <vector>

#include "base/error.h"
#include "crypto/pem_keys.h"
#include "crypto/pki_records.h"
#include "crypto/tls_errors.h"

namespace holdfast::crypto {

namespace {

unsigned char* out(Buffer& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

Buffer encrypted_for(EVP_PKEY* key, Bytes plain) {
  const KeyContext context(::EVP_PKEY_CTX_new(key, nullptr));
  Buffer encrypted(static_cast<std::size_t>(::EVP_PKEY_get_size(key)));
  auto size = encrypted.size();
  if (!context || ::EVP_PKEY_encrypt_init(context.get()) != 1 ||
      ::EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
      ::EVP_PKEY_encrypt(context.get(), out(encrypted), &size, in(plain), plain.size()) != 1)
    throw Error(ErrorKind::internal, "OpenSSL does not encrypt a session key: {}", take_openssl_error());
  encrypted.resize(size);
  return encrypted;
}

}  // namespace

class BackupKeys::Implementation {
 public:
  Implementation(std::string_view pem, const std::string& name) : own_(private_key_of(pem, name)) {
    const auto certificates = certificates_of(pem);
    X509* const certificate = certificate_of(own_.get(), certificates, name);
    if (certificate == nullptr)
      throw Error(ErrorKind::invalid,
                  "{} holds a private key without its certificate, which backups need to name the key", name);
    add_recipient(certificate, name);
  }

  void add_recipients(std::string_view pem, const std::string& name) {
    const auto certificates = certificates_of(pem);
    if (certificates.empty()) throw Error(ErrorKind::invalid, "{} holds no certificate in PEM form", name);
    for (const auto& certificate : certificates) add_recipient(certificate.get(), name);
  }

  EncryptionSession start_session(DataCipher cipher) const {
    EncryptionSession session{make_session_key(cipher), {}};
    const Encryption check(session.key);  // that there is this cipher, before anything is done
    std::vector<Buffer> encrypted_keys;
    for (const auto& recipient : recipients_)
      encrypted_keys.push_back(encrypted_for(recipient.key.get(), session.key.key));
    SessionRecord record{cipher, session.key.iv, {}};
    for (std::size_t i = 0; i < recipients_.size(); ++i)
      record.recipients.push_back({recipients_[i].id, encrypted_keys[i]});
    session.record = session_record(record);
    return session;
  }

  const Buffer& own_id() const { return recipients_.front().id; }
  EVP_PKEY* own_key() const { return own_.get(); }

 private:
  struct Owner {
    Buffer id;
    PkeyPointer key;
  };

  void add_recipient(X509* certificate, const std::string& name) {
    recipients_.push_back({key_id_of(certificate, name), public_key_of(certificate, name)});
  }

  PkeyPointer own_;
  std::vector<Owner> recipients_;  ///< the own key first
};

BackupKeys::BackupKeys(std::string_view pem, const std::string& name)
    : self_(std::make_unique<Implementation>(pem, name)) {}
BackupKeys::BackupKeys(BackupKeys&&) noexcept = default;
BackupKeys::~BackupKeys() = default;

void BackupKeys::add_recipients(std::string_view pem, const std::string& name) {
  self_->add_recipients(pem, name);
}
EncryptionSession BackupKeys::start_session(DataCipher cipher) const { return self_->start_session(cipher); }

class Signer::Implementation {
 public:
  explicit Implementation(const BackupKeys::Implementation& keys)
      : id_(keys.own_id()),
        key_(::EVP_PKEY_dup(keys.own_key())),
        context_(key_ ? ::EVP_PKEY_CTX_new(key_.get(), nullptr) : nullptr) {
    if (!context_ || ::EVP_PKEY_sign_init(context_.get()) != 1 ||
        ::EVP_PKEY_CTX_set_rsa_padding(context_.get(), RSA_PKCS1_PADDING) != 1 ||
        ::EVP_PKEY_CTX_set_signature_md(context_.get(), method_of(digest_kind)) != 1)
      fail();
    value_.resize(static_cast<std::size_t>(::EVP_PKEY_get_size(key_.get())));
  }

  Buffer sign(const DigestValue& digest) {
    auto size = value_.size();
    if (::EVP_PKEY_sign(context_.get(), out(value_), &size, in(digest.bytes()), digest.bytes().size()) != 1)
      fail();
    return signature_record({id_, digest_kind, Bytes(value_).first(size)});
  }

 private:
  [[noreturn]] static void fail() {
    throw Error(ErrorKind::internal, "OpenSSL does not sign: {}", take_openssl_error());
  }

  Buffer id_;
  PkeyPointer key_;
  KeyContext context_;
  Buffer value_;
};

Signer::Signer(const BackupKeys& keys) : self_(std::make_unique<Implementation>(*keys.self_)) {}
Signer::Signer(Signer&&) noexcept = default;
Signer::~Signer() = default;

Buffer Signer::sign(const DigestValue& digest) { return self_->sign(digest); }

}  // namespace holdfast::crypto

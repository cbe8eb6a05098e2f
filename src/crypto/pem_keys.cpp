// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/pem_keys.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/error.h"
#include "crypto/tls_errors.h"

namespace holdfast::crypto {

namespace {

struct FreeBio {
  void operator()(BIO* bio) const { ::BIO_free(bio); }
};
std::unique_ptr<BIO, FreeBio> reader(std::string_view pem) {
  return std::unique_ptr<BIO, FreeBio>(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// Nobody is there to type a passphrase.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

void check_kind(EVP_PKEY* key, const std::string& name) {
  if (::EVP_PKEY_is_a(key, "RSA") != 1)
    throw Error(ErrorKind::invalid, "The key in {} is not an RSA key; others do not encrypt or sign backups",
                name);
}

}  // namespace

PkeyPointer private_key_of(std::string_view pem, const std::string& name) {
  bool was_asked = false;
  PkeyPointer key(::PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_passphrase, &was_asked));
  const auto reason = take_openssl_error();
  if (was_asked)
    throw Error(
        ErrorKind::invalid,
        "The private key in {} is under a passphrase. Take it off first: openssl pkey -in {} -out FILE", name,
        name);
  if (!key) throw Error(ErrorKind::invalid, "{} holds no private key in PEM form ({})", name, reason);
  check_kind(key.get(), name);
  return key;
}

std::vector<CertificatePointer> certificates_of(std::string_view pem) {
  std::vector<CertificatePointer> found;
  const auto from = reader(pem);
  while (X509* const certificate = ::PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr))
    found.emplace_back(certificate);
  take_openssl_error();
  return found;
}

X509* certificate_of(EVP_PKEY* key, const std::vector<CertificatePointer>& certificates,
                     const std::string& name) {
  if (certificates.empty()) return nullptr;
  const auto own = std::find_if(certificates.begin(), certificates.end(), [&](const auto& certificate) {
    return ::X509_check_private_key(certificate.get(), key) == 1;
  });
  take_openssl_error();
  if (own == certificates.end())
    throw Error(ErrorKind::invalid, "The certificate in {} belongs to another private key than the one there",
                name);
  return own->get();
}

Buffer key_id_of(X509* certificate, const std::string& name) {
  const ASN1_OCTET_STRING* const id = ::X509_get0_subject_key_id(certificate);
  if (id == nullptr)
    throw Error(ErrorKind::invalid,
                "The certificate in {} lacks the extension subjectKeyIdentifier, which names it in backups",
                name);
  return to_buffer(std::as_bytes(
      std::span(::ASN1_STRING_get0_data(id), static_cast<std::size_t>(::ASN1_STRING_length(id)))));
}

Buffer default_key_id_of(EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const int size = ::i2d_PublicKey(key, &encoded);
  if (size < 0) throw Error(ErrorKind::internal, "OpenSSL does not encode a key: {}", take_openssl_error());
  const auto digest =
      digest_of(DigestKind::sha1, std::as_bytes(std::span(encoded, static_cast<std::size_t>(size))));
  ::OPENSSL_free(encoded);
  return to_buffer(digest.bytes());
}

const EVP_MD* method_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5: return ::EVP_md5();
    case DigestKind::sha1: return ::EVP_sha1();
    case DigestKind::sha256: return ::EVP_sha256();
    case DigestKind::sha512: return ::EVP_sha512();
    case DigestKind::xxh128: break;
  }
  return nullptr;
}

PkeyPointer public_key_of(X509* certificate, const std::string& name) {
  PkeyPointer key(::X509_get_pubkey(certificate));
  if (!key)
    throw Error(ErrorKind::invalid, "The key of the certificate in {} cannot be read: {}", name,
                take_openssl_error());
  check_kind(key.get(), name);
  return key;
}

}  // namespace holdfast::crypto

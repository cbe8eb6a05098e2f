// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For the .cpp files of PKI only: what stands in PEM files, as OpenSSL holds it.

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "crypto/digest.h"

namespace holdfast::crypto {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { ::X509_free(certificate); }
};
struct FreeKeyContext {
  void operator()(EVP_PKEY_CTX* context) const { ::EVP_PKEY_CTX_free(context); }
};
using PkeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext>;
using CertificatePointer = std::unique_ptr<X509, FreeCertificate>;

/// The only private key of the file. Throws Error{invalid} where there is none, or not an RSA one, or it has a
/// passphrase; `name` is for the message.
PkeyPointer private_key_of(std::string_view pem, const std::string& name);
/// All certificates of the file, maybe none.
std::vector<CertificatePointer> certificates_of(std::string_view pem);

/// The one of these certificates that belongs to the key; null where there are none at all. Throws Error{invalid} where
/// all belong to other keys.
X509* certificate_of(EVP_PKEY* key, const std::vector<CertificatePointer>& certificates,
                     const std::string& name);

/// The octets of the extension subjectKeyIdentifier. Throws Error{invalid} where a certificate has none.
Buffer key_id_of(X509* certificate, const std::string& name);
/// What that extension holds by default: the SHA-1 of the public key.
Buffer default_key_id_of(EVP_PKEY* key);
/// The algorithm of a digest that can be signed; null for the others.
const EVP_MD* method_of(DigestKind kind);
/// The public key. Throws Error{invalid} for other than RSA keys.
PkeyPointer public_key_of(X509* certificate, const std::string& name);

}  // namespace holdfast::crypto

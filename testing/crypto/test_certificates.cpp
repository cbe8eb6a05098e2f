// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/crypto/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/random.h"

namespace holdfast::crypto {

namespace {

template <auto release>
struct Release {
  void operator()(auto* what) const { release(what); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<::X509_free>>;
using RevocationList = std::unique_ptr<X509_CRL, Release<::X509_CRL_free>>;
using File = std::unique_ptr<BIO, Release<::BIO_free>>;

constexpr long an_hour = 3600;

File open(const std::filesystem::path& path, const char* mode) {
  return File(::BIO_new_file(path.c_str(), mode));
}

Key make_key() { return Key(::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})); }

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  ::X509_add_ext(certificate, extension, -1);
  ::X509_EXTENSION_free(extension);
}

Certificate make_certificate(long serial, const std::string& common_name, EVP_PKEY* key) {
  Certificate certificate(::X509_new());
  ::X509_set_version(certificate.get(), X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), serial);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -an_hour);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), an_hour);
  ::X509_set_pubkey(certificate.get(), key);
  set_name(::X509_get_subject_name(certificate.get()), common_name);
  return certificate;
}

std::string joined(const std::vector<std::string>& dns_names) {
  std::string text;
  for (const std::string& name : dns_names) text += (text.empty() ? "DNS:" : ",DNS:") + name;
  return text;
}

}  // namespace

// The key serves for all certificates of the authority, because a key takes long to find.
struct TestAuthority::Issuer {
  Key key = make_key();
  Certificate certificate;
};

TestAuthority::TestAuthority() : issuer_(std::make_unique<Issuer>()) {
  folder_ = std::filesystem::temp_directory_path() / fmt::format("holdfast-test-{}", random_31_bits());
  std::filesystem::create_directories(folder_);
  issuer_->certificate = make_certificate(serial_++, "test authority", issuer_->key.get());
  X509* const certificate = issuer_->certificate.get();
  ::X509_set_issuer_name(certificate, ::X509_get_subject_name(certificate));
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  ::X509_sign(certificate, issuer_->key.get(), ::EVP_sha256());
  ::PEM_write_bio_X509(open(folder_ / "ca.pem", "w").get(), certificate);
}

TestAuthority::~TestAuthority() { std::filesystem::remove_all(folder_); }

TlsSettings TestAuthority::issue(const std::string& common_name, const std::vector<std::string>& dns_names) {
  const long serial = serial_++;
  const Certificate certificate = make_certificate(serial, common_name, issuer_->key.get());
  ::X509_set_issuer_name(certificate.get(), ::X509_get_subject_name(issuer_->certificate.get()));
  if (!dns_names.empty()) add_extension(certificate.get(), NID_subject_alt_name, joined(dns_names));
  ::X509_sign(certificate.get(), issuer_->key.get(), ::EVP_sha256());

  TlsSettings settings;
  settings.ca_certificate_file = folder_ / "ca.pem";
  settings.certificate = folder_ / fmt::format("{}.pem", serial);
  settings.key = folder_ / fmt::format("{}.key", serial);
  ::PEM_write_bio_X509(open(settings.certificate, "w").get(), certificate.get());
  ::PEM_write_bio_PrivateKey(open(settings.key, "w").get(), issuer_->key.get(), nullptr, nullptr, 0, nullptr,
                             nullptr);
  return settings;
}

std::string TestAuthority::revoke(const std::vector<TlsSettings>& revoked) {
  RevocationList list(::X509_CRL_new());
  ::X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  ::X509_CRL_set_issuer_name(list.get(), ::X509_get_subject_name(issuer_->certificate.get()));
  const std::unique_ptr<ASN1_TIME, Release<::ASN1_TIME_free>> before(::X509_gmtime_adj(nullptr, -an_hour));
  const std::unique_ptr<ASN1_TIME, Release<::ASN1_TIME_free>> after(::X509_gmtime_adj(nullptr, an_hour));
  ::X509_CRL_set1_lastUpdate(list.get(), before.get());
  ::X509_CRL_set1_nextUpdate(list.get(), after.get());
  for (const TlsSettings& settings : revoked) {
    const Certificate certificate(
        ::PEM_read_bio_X509(open(settings.certificate, "r").get(), nullptr, nullptr, nullptr));
    X509_REVOKED* const entry = ::X509_REVOKED_new();
    ::X509_REVOKED_set_serialNumber(entry, ::X509_get_serialNumber(certificate.get()));
    ::X509_REVOKED_set_revocationDate(entry, before.get());
    ::X509_CRL_add0_revoked(list.get(), entry);
  }
  ::X509_CRL_sort(list.get());
  ::X509_CRL_sign(list.get(), issuer_->key.get(), ::EVP_sha256());
  const auto path = folder_ / fmt::format("crl{}.pem", serial_++);
  ::PEM_write_bio_X509_CRL(open(path, "w").get(), list.get());
  return path;
}

}  // namespace holdfast::crypto

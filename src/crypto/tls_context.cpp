// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/tls_context.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "base/error.h"
#include "crypto/tls_context_ssl.h"
#include "crypto/tls_errors.h"

namespace holdfast::crypto {

namespace {

constexpr const char* default_cipher_list = "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH";

// OpenSSL's own choice, but with the faster one first of the two that a pre-shared key can be used with. The first
// suite stays: it decides that a certificate is used where the accepting side has one (docs/adr/0101).
constexpr const char* suites_with_fast_aes =
    "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";

bool has_fast_aes() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
#else
  return false;
#endif
}

[[noreturn]] void refuse(std::string_view directive, const std::string& value) {
  throw Error(ErrorKind::invalid, "{} = \"{}\" cannot be used: {}", directive, value, take_openssl_error());
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void set_protocol(SSL_CTX* context, const TlsSettings& settings) {
  ::SSL_CTX_set_options(context, SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3);
  if (settings.protocol.empty()) return;
  const std::unique_ptr<SSL_CONF_CTX, decltype(&::SSL_CONF_CTX_free)> conf(::SSL_CONF_CTX_new(),
                                                                           &::SSL_CONF_CTX_free);
  ::SSL_CONF_CTX_set_flags(conf.get(), SSL_CONF_FLAG_FILE | SSL_CONF_FLAG_CLIENT | SSL_CONF_FLAG_SERVER);
  ::SSL_CONF_CTX_set_ssl_ctx(conf.get(), context);
  if (::SSL_CONF_cmd(conf.get(), "Protocol", settings.protocol.c_str()) != 2) {
    refuse("TLS Protocol", settings.protocol);
  }
}

void set_ciphers(SSL_CTX* context, const TlsSettings& settings) {
  const std::string list = settings.cipher_list.empty() ? default_cipher_list : settings.cipher_list;
  if (::SSL_CTX_set_cipher_list(context, list.c_str()) != 1) refuse("TLS Cipher List", list);
  if (settings.cipher_suites.empty()) {
    if (has_fast_aes()) ::SSL_CTX_set_ciphersuites(context, suites_with_fast_aes);
  } else if (::SSL_CTX_set_ciphersuites(context, settings.cipher_suites.c_str()) != 1) {
    refuse("TLS Cipher Suites", settings.cipher_suites);
  }
}

void load_certificate(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.certificate.empty()) return;
  if (::SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1) {
    refuse("TLS Certificate", settings.certificate);
  }
  if (settings.key.empty()) {
    throw Error(ErrorKind::invalid, "TLS Certificate = \"{}\" needs a TLS Key", settings.certificate);
  }
  if (::SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    refuse("TLS Key", settings.key);
  }
}

void load_authorities(SSL_CTX* context, const TlsSettings& settings) {
  const std::string& file = settings.ca_certificate_file;
  const std::string& dir = settings.ca_certificate_dir;
  if (file.empty() && dir.empty()) return;
  if (::SSL_CTX_load_verify_locations(context, or_null(file), or_null(dir)) != 1) {
    refuse(file.empty() ? "TLS CA Certificate Dir" : "TLS CA Certificate File", file.empty() ? dir : file);
  }
  if (file.empty()) return;
  // Tells a client that connects which of its certificates are of use.
  ::SSL_CTX_set_client_CA_list(context, ::SSL_load_client_CA_file(file.c_str()));
}

// The peer reads this directive and never loads the file (interop 01, section 6); we enforce it for the
// certificate of the other side.
void load_revocations(SSL_CTX* context, const TlsSettings& settings) {
  const std::string& file = settings.certificate_revocation_list;
  if (file.empty()) return;
  X509_STORE* store = ::SSL_CTX_get_cert_store(context);
  X509_LOOKUP* lookup = ::X509_STORE_add_lookup(store, ::X509_LOOKUP_file());
  if (lookup == nullptr || ::X509_load_crl_file(lookup, file.c_str(), X509_FILETYPE_PEM) <= 0) {
    refuse("TLS Certificate Revocation List", file);
  }
  ::X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
}

void load_dh_parameters(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.dh_file.empty()) return;  // then there are only suites with elliptic curves
  const std::unique_ptr<BIO, decltype(&::BIO_free)> file(::BIO_new_file(settings.dh_file.c_str(), "r"),
                                                         &::BIO_free);
  EVP_PKEY* parameters = file ? ::PEM_read_bio_Parameters(file.get(), nullptr) : nullptr;
  if (parameters != nullptr && ::SSL_CTX_set0_tmp_dh_pkey(context, parameters) == 1) return;
  ::EVP_PKEY_free(parameters);
  refuse("TLS DH File", settings.dh_file);
}

int choose_extensions(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                      unsigned offered_size, void*) {
  const int found = ::SSL_select_next_proto(const_cast<unsigned char**>(chosen), length, extensions_protocol,
                                            sizeof extensions_protocol, offered, offered_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// Every connection authenticates anew: no tickets, no cache.
void forbid_resumption(SSL_CTX* context) {
  ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  ::SSL_CTX_set_num_tickets(context, 0);
}

}  // namespace

TlsContext::TlsContext(const TlsSettings& settings) : self_(std::make_unique<Implementation>()) {
  self_->settings = settings;
  self_->context.reset(::SSL_CTX_new(::TLS_method()));
  SSL_CTX* const context = self_->context.get();
  if (context == nullptr) throw Error(ErrorKind::internal, "TLS cannot be set up: {}", take_openssl_error());
  set_protocol(context, settings);
  set_ciphers(context, settings);
  load_certificate(context, settings);
  load_authorities(context, settings);
  load_revocations(context, settings);
  load_dh_parameters(context, settings);
  forbid_resumption(context);
  ::SSL_CTX_set_alpn_select_cb(context, choose_extensions, nullptr);
}

TlsContext::~TlsContext() = default;

const TlsSettings& TlsContext::settings() const { return self_->settings; }

}  // namespace holdfast::crypto

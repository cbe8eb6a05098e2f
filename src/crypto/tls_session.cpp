// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/error.h"
#include "base/text.h"
#include "crypto/tls_bio.h"
#include "crypto/tls_context_ssl.h"
#include "crypto/tls_errors.h"
#include "crypto/tls_verify.h"

namespace holdfast::crypto {

struct TlsSession::Implementation {
  enum class Side { connecting, accepting } side;
  const TlsSettings* settings;
  TlsBuffers buffers;
  Buffer unfinished;           // plaintext that fills no record yet
  PreSharedKey offered;        // what we connect with; empty key: none
  FindKey find_key;            // what we accept
  std::string asked;           // the identity somebody came with last
  std::string found;           // the identity a key was found for last
  std::exception_ptr failure;  // what find_key threw: an exception must not pass through OpenSSL
  std::unique_ptr<SSL, decltype(&::SSL_free)> ssl{nullptr, &::SSL_free};
};

namespace {

// What one record holds at most.
constexpr std::size_t record_size = SSL3_RT_MAX_PLAIN_LENGTH;

// The callbacks find their session through the SSL object.
int session_index() {
  static const int index = ::SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

template <typename Session>
Session& session_of(SSL* ssl) {
  return *static_cast<Session*>(::SSL_get_ex_data(ssl, session_index()));
}

/// The length of the key put into `into`; 0 where there is no room, which means "no key".
unsigned copy_key(const std::string& key, unsigned char* into, unsigned room) {
  if (key.empty() || key.size() > room) return 0;
  std::memcpy(into, key.data(), key.size());
  return static_cast<unsigned>(key.size());
}

template <typename Session>
unsigned offer_key(SSL* ssl, const char*, char* identity, unsigned identity_room, unsigned char* key,
                   unsigned room) {
  const PreSharedKey& offered = session_of<Session>(ssl).offered;
  if (offered.identity.size() + 1 > identity_room) return 0;
  std::memcpy(identity, offered.identity.c_str(), offered.identity.size() + 1);
  return copy_key(offered.key, key, room);
}

template <typename Session>
unsigned find_offered_key(SSL* ssl, const char* identity, unsigned char* key, unsigned room) {
  Session& session = session_of<Session>(ssl);
  if (identity == nullptr) return 0;
  session.asked = identity;
  try {
    const auto found = session.find_key(identity);
    if (!found) return 0;
    session.found = identity;
    return copy_key(*found, key, room);
  } catch (...) {
    session.failure = std::current_exception();
    return 0;
  }
}

template <typename Session>
void start(Session& session, SSL_CTX* context) {
  session.ssl.reset(::SSL_new(context));
  SSL* const ssl = session.ssl.get();
  if (ssl == nullptr || ::SSL_set_ex_data(ssl, session_index(), &session) != 1) throw std::bad_alloc();
  BIO* const bio = make_bio(session.buffers);
  ::SSL_set_bio(ssl, bio, bio);
}

void encrypt(SSL* ssl, Bytes plaintext) {
  while (!plaintext.empty()) {
    ::ERR_clear_error();
    std::size_t count = 0;
    if (::SSL_write_ex(ssl, plaintext.data(), plaintext.size(), &count) != 1)
      throw Error(ErrorKind::network, "TLS connection broke: {}", take_openssl_error());
    plaintext = plaintext.subspan(count);
  }
}

/// "R_DIRECTOR\x1emy-dir" as people know it.
std::string name_in(std::string_view identity) {
  return printable(identity.substr(identity.find('\x1e') + 1));
}

/// OpenSSL tells wrong names and passwords in words of the protocol ("binder does not verify"): what to look at, where
/// keys were used at all.
template <typename Session>
std::string advice(const Session& session) {
  if (!session.offered.key.empty())
    return fmt::format(" (does the peer know \"{}\", with the same password?)",
                       name_in(session.offered.identity));
  if (session.asked.empty()) return {};
  if (session.found == session.asked)
    return fmt::format(" (is the password of \"{}\" the same on both sides?)", name_in(session.asked));
  return fmt::format(" (nobody named \"{}\" may come in here)", name_in(session.asked));
}

int verify_mode(const TlsSettings& settings) {
  return settings.verify_peer == VerifyPeer::yes ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                                 : SSL_VERIFY_NONE;
}

}  // namespace

TlsSession::TlsSession(std::unique_ptr<Implementation> self) : self_(std::move(self)) {}
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession::~TlsSession() = default;

TlsSession TlsSession::connecting(const TlsContext& context, std::optional<PreSharedKey> key) {
  auto self = std::make_unique<Implementation>();
  self->side = Implementation::Side::connecting;
  self->settings = &context.settings();
  start(*self, context.self_->context.get());
  SSL* const ssl = self->ssl.get();
  if (key) {
    self->offered = std::move(*key);
    ::SSL_set_psk_client_callback(ssl, offer_key<Implementation>);
  }
  ::SSL_set_verify(ssl, verify_mode(*self->settings), nullptr);
  ::SSL_set_alpn_protos(ssl, extensions_protocol, sizeof extensions_protocol);
  ::SSL_set_connect_state(ssl);
  return TlsSession(std::move(self));
}

TlsSession TlsSession::accepting(const TlsContext& context, FindKey find_key) {
  auto self = std::make_unique<Implementation>();
  self->side = Implementation::Side::accepting;
  self->settings = &context.settings();
  start(*self, context.self_->context.get());
  SSL* const ssl = self->ssl.get();
  if (find_key) {
    self->find_key = std::move(find_key);
    ::SSL_set_psk_server_callback(ssl, find_offered_key<Implementation>);
  }
  // OpenSSL takes a pre-shared key for a resumed session, which must have a name where it also verifies.
  constexpr unsigned char name[] = "holdfast";
  ::SSL_set_session_id_context(ssl, name, sizeof name - 1);
  ::SSL_set_verify(ssl, verify_mode(*self->settings), nullptr);
  ::SSL_set_accept_state(ssl);
  return TlsSession(std::move(self));
}

bool TlsSession::handshake() {
  ::ERR_clear_error();
  const int done = ::SSL_do_handshake(self_->ssl.get());
  if (self_->failure) std::rethrow_exception(self_->failure);
  if (done == 1) return true;
  if (::SSL_get_error(self_->ssl.get(), done) == SSL_ERROR_WANT_READ) return false;
  throw Error(ErrorKind::refused, "TLS negotiation failed: {}{}", take_openssl_error(), advice(*self_));
}

void TlsSession::check_peer(const std::string& host) const {
  const TlsSettings& settings = *self_->settings;
  if (settings.verify_peer == VerifyPeer::no) return;
  const bool connecting = self_->side == Implementation::Side::connecting;
  const std::unique_ptr<X509, decltype(&::X509_free)> certificate(
      ::SSL_get1_peer_certificate(self_->ssl.get()), &::X509_free);
  if (!certificate) {
    if (!connecting && settings.allowed_cns.empty()) return;
    throw Error(ErrorKind::refused,
                "TLS negotiation failed: the peer presented no TLS certificate, which TLS Verify "
                "Peer demands");
  }
  if (!settings.allowed_cns.empty()) {
    if (has_allowed_name(certificate.get(), settings.allowed_cns)) return;
    throw Error(ErrorKind::refused,
                "TLS certificate verification failed. Peer certificate did not match a required commonName");
  }
  if (!connecting || is_of_host(certificate.get(), host)) return;
  throw Error(
      ErrorKind::refused,
      "TLS host certificate verification failed. Host name \"{}\" did not match presented certificate", host);
}

void TlsSession::feed(Bytes ciphertext) { self_->buffers.input = ciphertext; }

std::variant<std::size_t, TlsSession::WantsInput, TlsSession::Ended> TlsSession::read(MutableBytes into) {
  SSL* const ssl = self_->ssl.get();
  std::size_t total = 0;
  while (total < into.size()) {
    ::ERR_clear_error();
    std::size_t count = 0;
    const int done = ::SSL_read_ex(ssl, into.data() + total, into.size() - total, &count);
    total += count;
    if (done == 1) continue;
    if (total > 0) break;  // what stopped us comes up again with the next call
    switch (::SSL_get_error(ssl, done)) {
      case SSL_ERROR_WANT_READ: return WantsInput{};
      case SSL_ERROR_ZERO_RETURN: return Ended{};
      default: throw Error(ErrorKind::network, "TLS connection broke: {}", take_openssl_error());
    }
  }
  return total;
}

void TlsSession::write(Bytes plaintext) {
  Buffer& unfinished = self_->unfinished;
  if (!unfinished.empty()) {
    const Bytes filling = plaintext.first(std::min(plaintext.size(), record_size - unfinished.size()));
    append(unfinished, filling);
    plaintext = plaintext.subspan(filling.size());
    if (unfinished.size() == record_size) finish_record();
  }
  const Bytes whole = plaintext.first(plaintext.size() / record_size * record_size);
  encrypt(self_->ssl.get(), whole);
  append(unfinished, plaintext.subspan(whole.size()));
}

void TlsSession::finish_record() {
  encrypt(self_->ssl.get(), self_->unfinished);
  self_->unfinished.clear();
}

void TlsSession::end() {
  ::ERR_clear_error();
  ::SSL_shutdown(self_->ssl.get());
  ::ERR_clear_error();
}

std::size_t TlsSession::output_size() const { return self_->buffers.output.size(); }

void TlsSession::take_output(Buffer& buffer) { std::swap(buffer, self_->buffers.output); }

std::optional<std::string> TlsSession::key_identity() const {
  const SSL* const ssl = self_->ssl.get();
  const SSL_CIPHER* const cipher = ::SSL_get_current_cipher(ssl);
  // In TLS 1.3 a pre-shared key shows as a resumed session, and we resume no others; before that, as the
  // authentication or key exchange of the cipher.
  const bool used = ::SSL_version(ssl) >= TLS1_3_VERSION
                        ? ::SSL_session_reused(ssl) == 1
                        : ::SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk ||
                              ::SSL_CIPHER_get_kx_nid(cipher) == NID_kx_rsa_psk;
  if (!used) return std::nullopt;
  return self_->side == Implementation::Side::connecting ? self_->offered.identity : self_->found;
}

bool TlsSession::speaks_extensions() const {
  const unsigned char* chosen = nullptr;
  unsigned length = 0;
  ::SSL_get0_alpn_selected(self_->ssl.get(), &chosen, &length);
  return length > 0;  // there is only one to choose
}

std::string TlsSession::cipher() const {
  return fmt::format("{} {}", ::SSL_get_cipher_name(self_->ssl.get()), ::SSL_get_version(self_->ssl.get()));
}

}  // namespace holdfast::crypto

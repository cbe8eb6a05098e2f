// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "crypto/tls_context.h"

namespace holdfast::crypto {

/// What a pre-shared key is called, and the key: the text of the stored password, not what it encodes
/// (interop 01, section 5).
struct PreSharedKey {
  std::string identity;
  std::string key;
};

/// One side of one TLS connection, without any I/O: the caller brings what arrived to feed() and carries away
/// what take_output() gives. Keys and certificates are offered in the same handshake; which of them is used,
/// the accepting side decides. The context must outlive the handshake. Used by one thread at a time.
class TlsSession {
 public:
  /// The key for an identity, or nothing. Called within handshake().
  using FindKey = std::function<std::optional<std::string>(std::string_view identity)>;

  static TlsSession connecting(const TlsContext& context, std::optional<PreSharedKey> key);
  static TlsSession accepting(const TlsContext& context, FindKey find_key);
  TlsSession(TlsSession&&) noexcept;
  ~TlsSession();

  /// True when it is complete, false when it wants more input. Either way output may be pending, also when it
  /// throws Error{refused}: then the alert for the peer.
  bool handshake();

  /// Checks the certificate of the peer as the settings demand it (section 6); `host` is the address that was
  /// configured, where we connected. Throws Error{refused}.
  void check_peer(const std::string& host) const;

  /// The bytes are used by the calls that follow and must stay valid until one of them wants more input.
  void feed(Bytes ciphertext);

  struct WantsInput {};
  struct Ended {};  ///< the peer said that nothing more comes
  /// As many bytes as are there, at least one. Throws Error{network} when the stream was tampered with.
  std::variant<std::size_t, WantsInput, Ended> read(MutableBytes into);
  /// Whole records go to the output; a rest that fills none waits for more, or for finish_record().
  void write(Bytes plaintext);
  /// Everything written is in the output then.
  void finish_record();
  /// Puts the word that nothing more comes into the output.
  void end();

  std::size_t output_size() const;
  /// Swaps the pending output with `buffer`, which must be empty; its memory is used on.
  void take_output(Buffer& buffer);

  /// Whose pre-shared key this connection is authenticated by; nothing where a certificate was used.
  std::optional<std::string> key_identity() const;
  /// Whether the other side agreed, by ALPN, to what Holdfast adds to the protocol. A peer that knows nothing of it
  /// overlooks the offer.
  bool speaks_extensions() const;
  /// "TLS_CHACHA20_POLY1305_SHA256 TLSv1.3".
  std::string cipher() const;

 private:
  struct Implementation;
  explicit TlsSession(std::unique_ptr<Implementation> self);
  std::unique_ptr<Implementation> self_;
};

}  // namespace holdfast::crypto

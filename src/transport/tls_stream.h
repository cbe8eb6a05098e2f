// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/tls_session.h"
#include "transport/byte_stream.h"

namespace holdfast::transport {

/// An encrypted stream.
class TlsStream : public ByteStream {
 public:
  /// Whose pre-shared key authenticated it; nothing where a certificate did, or nobody.
  virtual std::optional<std::string> key_identity() const = 0;
};

/// Runs the handshake on `stream`, which is lost when it throws: Error{refused}, or what the stream throws. `host`
/// is what the peer's certificate is checked against, where we connected.
std::unique_ptr<TlsStream> start_tls(std::unique_ptr<ByteStream> stream, crypto::TlsSession session,
                                     const std::string& host);

}  // namespace holdfast::transport

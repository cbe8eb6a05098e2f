// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For the .cpp files of TLS only: what a TlsContext is made of.

#include <openssl/ssl.h>

#include <memory>

#include "crypto/tls_context.h"

namespace holdfast::crypto {

/// The name in ALPN of the protocol with what Holdfast adds, behind its length (docs/protocol/own-extensions.md).
inline constexpr unsigned char extensions_protocol[] = {10, 'h', 'o', 'l', 'd', 'f', 'a', 's', 't', '/', '1'};

struct TlsContext::Implementation {
  TlsSettings settings;
  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context{nullptr, &::SSL_CTX_free};
};

}  // namespace holdfast::crypto

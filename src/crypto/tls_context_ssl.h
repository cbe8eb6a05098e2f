// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For the .cpp files of TLS only: what a TlsContext is made of.

#include <openssl/ssl.h>

#include <memory>

#include "crypto/tls_context.h"

namespace holdfast::crypto {

struct TlsContext::Implementation {
  TlsSettings settings;
  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context{nullptr, &::SSL_CTX_free};
};

}  // namespace holdfast::crypto

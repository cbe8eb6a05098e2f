// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "crypto/tls_context.h"
#include "testing/transport/memory_stream.h"

namespace holdfast::transport {

/// Two ends of a TCP connection over the loopback interface; the first one connected.
StreamPair tcp_pair();

/// TLS by a pre-shared key over the pair.
StreamPair tls_pair(StreamPair pair, const crypto::TlsSettings& settings = {});

}  // namespace holdfast::transport

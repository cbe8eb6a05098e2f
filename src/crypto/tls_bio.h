// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For the .cpp files of TLS only.

#include <openssl/bio.h>

#include "base/bytes.h"

namespace holdfast::crypto {

/// Where OpenSSL reads from and writes to. Records are gathered in `output`, so that many leave with one
/// system call; OpenSSL's own socket BIO makes one for each.
struct TlsBuffers {
  Bytes input;
  Buffer output;
};

/// A BIO on `buffers`, which must outlive it; the caller owns it.
BIO* make_bio(TlsBuffers& buffers);

}  // namespace holdfast::crypto

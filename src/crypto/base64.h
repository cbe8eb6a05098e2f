// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// The only folder that sees OpenSSL: randomness, base64 of digests, the answers of the challenge handshake,
// keys and passwords, TLS sessions, digests and checksums, the keys and ciphers of encrypted backups. It computes;
// sockets and files of backups are for others.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::crypto {

/// Both use A-Za-z0-9+/ without padding (interop 01, section 8.1).
enum class Base64 {
  standard,
  bareos,  ///< sign-extends each byte and leaves the last bits unshifted: what `cram-md5` is answered in
};

std::string encode_base64(Bytes bytes, Base64 flavour);

/// The standard flavour, with or without padding; empty where it is malformed.
std::optional<Buffer> decode_base64(std::string_view text);

}  // namespace holdfast::crypto

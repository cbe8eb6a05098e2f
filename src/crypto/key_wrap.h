// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"

namespace holdfast::crypto {

/// AES key wrap of RFC 3394: a key under another one, with a check that tells whether it was the right one. The wrapped form is
/// 8 bytes longer. AES-128 with the first 16 bytes of the key-encryption key, whatever its length
/// (docs/adr/0901-keys-of-tape-drives.md). Throws Error{invalid} for a key-encryption key of fewer than 16 bytes, and for a key that is not a
/// multiple of 8 bytes and at least 16.
Buffer wrap_key(Bytes key_encryption_key, Bytes key);

/// Also of keys that were wrapped with 24 or 32 bytes of the key-encryption key. Nothing where it is not the right one.
std::optional<Buffer> unwrap_key(Bytes key_encryption_key, Bytes wrapped);

/// What encrypts a volume in a tape drive: so many bytes, which the peer makes of printable characters.
inline constexpr std::size_t tape_key_size = 32;

/// A new key of a volume, or a new key-encryption key: 32 random characters that may stand in quotes in a configuration.
std::string new_tape_key();

/// The key of a volume from the catalog's EncryptionKey (interop 03, section 16): base64, and under the key-encryption
/// key where there is one; or what is wrong with it, for a message that must not show the key.
Expected<Buffer, std::string> read_tape_key(std::string_view encryption_key,
                                            std::string_view key_encryption_key);
/// The other way. Throws as wrap_key() does.
std::string write_tape_key(Bytes key, std::string_view key_encryption_key);

}  // namespace holdfast::crypto

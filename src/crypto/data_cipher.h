// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"

namespace holdfast::crypto {

class CipherContext;

/// What data of files is encrypted with, always in CBC mode with PKCS#7 padding (interop 05, section 11.2).
enum class DataCipher : std::uint8_t {
  blowfish,
  triple_des,
  aes128,
  aes192,
  aes256,
  camellia128,
  camellia192,
  camellia256,
};

/// "aes128"; as configuration and messages name it.
std::string_view to_string(DataCipher cipher);

/// The cipher that configuration names so; nothing where it is none of these.
std::optional<DataCipher> data_cipher_named(std::string_view name);
/// The contents of the DER element that names a cipher in records.
Bytes object_identifier_of(DataCipher cipher);
/// Which cipher an object identifier (the contents of its DER element) stands for; nothing where it is none of ours.
std::optional<DataCipher> find_data_cipher(Bytes object_identifier);

/// What a file was encrypted with. Its memory is wiped in the end.
struct SessionKey {
  SessionKey(DataCipher of, Bytes secret, Bytes start)
      : cipher(of), key(to_buffer(secret)), iv(to_buffer(start)) {}
  SessionKey(SessionKey&&) = default;
  SessionKey& operator=(SessionKey&&) = default;
  ~SessionKey();

  DataCipher cipher;
  Buffer key;
  Buffer iv;
};

/// Lengths in bytes.
std::size_t key_size(DataCipher cipher);
std::size_t iv_size(DataCipher cipher);

/// A new key, of random bytes.
SessionKey make_session_key(DataCipher cipher);

/// Encrypts streams one after the other, each from the start of the same key and IV. One thread.
///
///   encryption.start();
///   size = encryption.update(block, room);   // whole cipher blocks; the rest waits for the next call
///   size = encryption.finish(room);          // what was left, padded
class Encryption {
 public:
  /// Beside what is to be encrypted, what update() and finish() may need of room.
  static constexpr std::size_t most_added = 32;

  /// Throws Error{invalid} for a key or IV of a wrong length, Error{unsupported} where OpenSSL lacks the cipher
  /// (blowfish without its legacy provider).
  explicit Encryption(const SessionKey& key);
  Encryption(Encryption&&) noexcept;
  ~Encryption();

  /// Forgets an unfinished stream.
  void start();
  /// How many bytes of `to` were written, which must have room for those of `plain` and `most_added` more, and must
  /// not overlap them.
  std::size_t update(Bytes plain, MutableBytes to);
  std::size_t finish(MutableBytes to);

 private:
  std::unique_ptr<CipherContext> context_;
};

/// Decrypts streams one after the other, each from the start of the same key and IV. One thread.
class Decryption {
 public:
  /// Throws Error{invalid} for a key or IV of a wrong length, Error{unsupported} where OpenSSL lacks the cipher
  /// (blowfish without its legacy provider).
  explicit Decryption(const SessionKey& key);
  Decryption(Decryption&&) noexcept;
  ~Decryption();

  /// Forgets an unfinished stream.
  void start();
  /// The next plain bytes of the stream, as far as they are certain: the last block is held back until finish().
  /// Valid until the next call.
  Bytes update(Bytes encrypted);
  /// The rest of the stream, without padding. A reason where the padding is wrong or the stream ends within a
  /// block: damaged, or not encrypted with this key. Afterwards a new stream may start.
  Expected<Bytes, std::string> finish();

 private:
  std::unique_ptr<CipherContext> context_;
  Buffer plain_;
};

}  // namespace holdfast::crypto

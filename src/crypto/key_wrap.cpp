// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/key_wrap.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/error.h"
#include "crypto/base64.h"
#include "crypto/random.h"
#include "crypto/tls_errors.h"

namespace holdfast::crypto {

namespace {

constexpr std::size_t check_size = 8;
constexpr std::size_t smallest_key = 16;
constexpr std::size_t largest_wrapped = 1024;

struct Wrapping {
  std::size_t key_size;
  const EVP_CIPHER* (*cipher)();
};
constexpr std::array wrappings{Wrapping{16, ::EVP_aes_128_wrap}, Wrapping{24, ::EVP_aes_192_wrap},
                               Wrapping{32, ::EVP_aes_256_wrap}};

// Neither quotes, backslash nor blank: they mean something in a configuration and to a shell.
constexpr std::string_view key_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789#%+,-./:;<=>?@[]^_{|}~!&()*";

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};

const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

enum class Direction : int { unwrap = 0, wrap = 1 };

std::optional<Buffer> run(Direction direction, const Wrapping& wrapping, Bytes key_encryption_key,
                          Bytes input) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(::EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  ::EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (::EVP_CipherInit_ex2(context.get(), wrapping.cipher(), in(key_encryption_key), nullptr,
                           static_cast<int>(direction), nullptr) != 1)
    throw Error(ErrorKind::internal, "OpenSSL does not wrap keys: {}", take_openssl_error());
  Buffer output(input.size() + check_size);
  int size = 0;
  const bool is_good = ::EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(output.data()),
                                          &size, in(input), static_cast<int>(input.size())) == 1;
  take_openssl_error();
  if (!is_good || size <= 0) return std::nullopt;
  output.resize(static_cast<std::size_t>(size));
  return output;
}

}  // namespace

Buffer wrap_key(Bytes key_encryption_key, Bytes key) {
  const auto& wrapping = wrappings.front();
  if (key_encryption_key.size() < wrapping.key_size)
    throw Error(ErrorKind::invalid, "A key-encryption key needs {} bytes at least and has {}",
                wrapping.key_size, key_encryption_key.size());
  if (key.size() < smallest_key || key.size() % check_size != 0 || key.size() > largest_wrapped)
    throw Error(ErrorKind::invalid, "A key of {} bytes cannot be wrapped", key.size());
  const auto wrapped = run(Direction::wrap, wrapping, key_encryption_key, key);
  if (!wrapped) throw Error(ErrorKind::internal, "OpenSSL does not wrap a key");
  return *wrapped;
}

std::optional<Buffer> unwrap_key(Bytes key_encryption_key, Bytes wrapped) {
  if (wrapped.size() < smallest_key + check_size || wrapped.size() % check_size != 0 ||
      wrapped.size() > largest_wrapped)
    return std::nullopt;
  for (const auto& wrapping : wrappings) {
    if (key_encryption_key.size() < wrapping.key_size) break;
    if (auto key = run(Direction::unwrap, wrapping, key_encryption_key, wrapped)) return key;
  }
  return std::nullopt;
}

std::string new_tape_key() {
  std::string key;
  // What does not fit into a whole number of rounds of the characters would make some of them likelier.
  constexpr std::size_t usable = 256 / key_characters.size() * key_characters.size();
  while (key.size() < tape_key_size) {
    const auto value = static_cast<std::size_t>(random_bytes(1).front());
    if (value < usable) key += key_characters[value % key_characters.size()];
  }
  return key;
}

Expected<Buffer, std::string> read_tape_key(std::string_view encryption_key,
                                            std::string_view key_encryption_key) {
  auto key = decode_base64(encryption_key);
  if (!key) return unexpected(std::string("it is not base64"));
  if (!key_encryption_key.empty()) {
    key = unwrap_key(as_bytes(key_encryption_key), *key);
    if (!key) return unexpected(std::string("the Key Encryption Key is not the one that it is wrapped with"));
  }
  if (key->size() != tape_key_size)
    return unexpected(fmt::format("it has {} bytes instead of {}{}", key->size(), tape_key_size,
                                  key_encryption_key.empty() ? "; is a Key Encryption Key missing?" : ""));
  return *key;
}

std::string write_tape_key(Bytes key, std::string_view key_encryption_key) {
  if (key_encryption_key.empty()) return encode_base64(key, Base64::standard);
  return encode_base64(wrap_key(as_bytes(key_encryption_key), key), Base64::standard);
}

}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/cram.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "base/error.h"

namespace holdfast::crypto {

std::array<std::byte, 16> hmac_md5(std::string_view key, std::string_view text) {
  std::array<std::byte, 16> digest{};
  const auto* const from = reinterpret_cast<const unsigned char*>(text.data());
  auto* const to = reinterpret_cast<unsigned char*>(digest.data());
  if (::HMAC(::EVP_md5(), key.data(), static_cast<int>(key.size()), from, text.size(), to, nullptr) ==
      nullptr) {
    throw Error(ErrorKind::unsupported,
                "HMAC-MD5, which connections are authenticated with, is switched off in this "
                "system's OpenSSL");
  }
  return digest;
}

std::string cram_answer(std::string_view key, std::string_view challenge, Base64 flavour) {
  return encode_base64(hmac_md5(key, challenge), flavour);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace holdfast::crypto

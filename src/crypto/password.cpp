// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/password.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/error.h"

namespace holdfast::crypto {

namespace {

constexpr std::string_view md5_prefix = "[md5]";
constexpr std::size_t md5_digits = 32;
constexpr std::string_view md5_of_nothing = "d41d8cd98f00b204e9800998ecf8427e";

bool is_hex_digit(char c) {
  return std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
}

}  // namespace

std::string md5_hex(std::string_view text) {
  std::array<unsigned char, 16> digest{};
  if (::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, ::EVP_md5(), nullptr) != 1) {
    throw Error(ErrorKind::unsupported,
                "MD5, which passwords are stored in, is switched off in this system's OpenSSL");
  }
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

Expected<std::string, std::string> stored_password(std::string_view configured) {
  if (!configured.starts_with(md5_prefix)) return md5_hex(configured);
  const std::string_view digits = configured.substr(md5_prefix.size());
  if (digits.size() != md5_digits) {
    return unexpected(fmt::format("[md5] must be followed by 32 hexadecimal digits, not {}", digits.size()));
  }
  if (!std::all_of(digits.begin(), digits.end(), is_hex_digit)) {
    return unexpected(std::string("[md5] must be followed by hexadecimal digits only"));
  }
  return std::string(digits);
}

bool is_empty_password(std::string_view stored) { return stored.empty() || stored == md5_of_nothing; }

}  // namespace holdfast::crypto

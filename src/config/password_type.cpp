// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "config/director_resources.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const PasswordType password{"AUTOPASSWORD", PasswordType::Storage::md5};
constinit const PasswordType md5_password{"MD5PASSWORD", PasswordType::Storage::md5};
constinit const PasswordType clear_password{"AUTOPASSWORD", PasswordType::Storage::clear};
constinit const PasswordType peer_password{"AUTOPASSWORD", PasswordType::Storage::by_protocol};
}  // namespace types

namespace {

constexpr std::string_view md5_tag = "[md5]";
constexpr std::string_view md5_of_nothing = "d41d8cd98f00b204e9800998ecf8427e";

bool speaks_ndmp(const Resource& resource) {
  if (resource.resource_type->name == "Client")
    return static_cast<const Client&>(resource).protocol != PeerProtocol::native;
  return static_cast<const Storage&>(resource).protocol != PeerProtocol::native;
}

/// The digits behind the tag.
std::string checked_digits(const Token& token) {
  constexpr std::size_t size = 32;
  std::string digits = token.text.substr(md5_tag.size());
  if (digits.size() != size) {
    fail(token, fmt::format("md5 password does not have the right size; expected: {}, got: {}", size,
                            digits.size()));
  }
  const auto wrong = digits.find_first_not_of("0123456789abcdefABCDEF");
  if (wrong != std::string::npos) {
    fail(token, fmt::format("md5 password contains non hexadecimal characters, e.g. '{}'", digits[wrong]));
  }
  return digits;
}

}  // namespace

void PasswordType::read_typed(ValueReader& from, Password& value) const {
  const Token token = from.string();
  const bool is_clear =
      storage_ == Storage::clear || (storage_ == Storage::by_protocol && speaks_ndmp(from.resource()));
  if (is_clear) {
    value = {Password::Kind::clear, token.text};
  } else if (token.text.starts_with(md5_tag)) {
    value = {Password::Kind::md5, checked_digits(token)};
  } else {
    value = {Password::Kind::md5, from.surroundings().md5(token.text)};
  }
  const bool is_empty = is_clear ? value.text.empty() : value.text == md5_of_nothing;
  if (is_empty && from.directive().is_required) {
    fail(token, fmt::format("Empty Password not allowed in Resource \"{}\"", from.resource().name));
  }
  from.finish_line();
}

SettingValue PasswordType::shown(const Password& value) const {
  return SecretText{value.kind == Password::Kind::md5 ? std::string(md5_tag) + value.text : value.text};
}

}  // namespace holdfast::config

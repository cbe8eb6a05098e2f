// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/der_writer.h"

#include <array>

namespace holdfast::crypto {

namespace {

constexpr std::size_t longest_short_form = 127;
constexpr std::size_t long_form = 0x80;

void append_length(Buffer& to, std::size_t length) {
  if (length <= longest_short_form) {
    to.push_back(static_cast<std::byte>(length));
    return;
  }
  unsigned count = 0;
  for (auto left = length; left > 0; left >>= 8) ++count;
  to.push_back(static_cast<std::byte>(long_form | count));
  for (; count > 0; --count) to.push_back(static_cast<std::byte>(length >> (8 * (count - 1))));
}

}  // namespace

void append_der(Buffer& to, DerTag tag, Bytes contents) {
  to.push_back(static_cast<std::byte>(tag));
  append_length(to, contents.size());
  append(to, contents);
}

void append_version_zero(Buffer& to) { append_der(to, DerTag::integer, std::array{std::byte{0}}); }

}  // namespace holdfast::crypto

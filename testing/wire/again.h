// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "wire/layout.h"

namespace holdfast::testing_support {

/// The message decoded and encoded again; why it cannot be, where it cannot be decoded.
template <typename Message>
std::string again(std::string_view text) {
  const auto decoded = wire::decode<Message>(text);
  return decoded ? wire::encode(*decoded) : decoded.error().reason;
}

}  // namespace holdfast::testing_support

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "os/text_file.h"

namespace holdfast::client {

/// A PEM file that a PKI directive names. Throws Error where it cannot be read, or is too long to be one.
inline std::string read_key_file(const std::string& path) {
  constexpr std::size_t longest = 1024 * 1024;
  return os::read_text(path, longest);
}

}  // namespace holdfast::client

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

namespace holdfast::crypto {

/// What OpenSSL noted last in this thread, in words; empties its notes.
std::string take_openssl_error();

}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

namespace holdfast::crypto {

/// The form in which a password of a configuration file is kept and used as key: 32 hex digits. `secret`
/// becomes its MD5 in lower case, `[md5]<32 hex digits>` becomes the digits as written. The reason otherwise
/// (interop 01, section 10).
Expected<std::string, std::string> stored_password(std::string_view configured);

/// Whether a stored password is that of the empty text, which mandatory directives refuse.
bool is_empty_password(std::string_view stored);

/// 32 lower-case hex digits.
std::string md5_hex(std::string_view text);

}  // namespace holdfast::crypto

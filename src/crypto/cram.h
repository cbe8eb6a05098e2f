// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/base64.h"

namespace holdfast::crypto {

std::array<std::byte, 16> hmac_md5(std::string_view key, std::string_view text);

/// What proves to know `key` when asked with `challenge`: the base64 of HMAC-MD5, 22 characters.
std::string cram_answer(std::string_view key, std::string_view challenge, Base64 flavour);

/// Takes equally long for any content; only the lengths may be told from the time.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace holdfast::crypto

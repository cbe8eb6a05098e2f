// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::format {

/// Enough for any packed number: a sign and eleven digits.
inline constexpr std::size_t max_packed_number = 12;

/// Writes the number in the base-64 digits of packed stats ("IGk" for 0100644; interop 05, section 3.1; not
/// RFC 4648) and returns how many characters; `to` has room for max_packed_number.
std::size_t pack_number(std::int64_t value, char* to);
void append_packed(std::string& to, std::int64_t value);

/// The whole text as a packed number; empty for other characters, no digits, or more than 64 bits.
std::optional<std::int64_t> unpack_number(std::string_view text);

}  // namespace holdfast::format

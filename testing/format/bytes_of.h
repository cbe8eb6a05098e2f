// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::testing_support {

/// "1f7a f235" -> its bytes; blanks and line ends are skipped. Throws std::invalid_argument for anything else.
Buffer bytes_of(std::string_view hex);

/// CRC-32 bit by bit, so that pure folders can be tested without the library, and the library against it.
std::uint32_t slow_crc32(Bytes bytes);

/// The 678 bytes of the worked example in interop 04, section 15.
Buffer worked_volume();

}  // namespace holdfast::testing_support

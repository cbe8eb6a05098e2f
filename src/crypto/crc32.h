// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast::crypto {

/// CRC-32 as in zlib (ISO-HDLC): crc32("123456789") is 0xcbf43926.
std::uint32_t crc32(Bytes bytes);

}  // namespace holdfast::crypto

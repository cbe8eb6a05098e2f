// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/crc32.h"

#include <isa-l/crc.h>

namespace holdfast::crypto {

std::uint32_t crc32(Bytes bytes) {
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace holdfast::crypto

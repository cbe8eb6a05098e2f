// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/random.h"

#include <openssl/rand.h>

#include "base/endian.h"
#include "base/error.h"

namespace holdfast::crypto {

void fill_random(MutableBytes into) {
  auto* const at = reinterpret_cast<unsigned char*>(into.data());
  if (::RAND_bytes(at, static_cast<int>(into.size())) != 1) {
    throw Error(ErrorKind::internal, "the system gave no random bytes");
  }
}

Buffer random_bytes(std::size_t count) {
  Buffer bytes(count);
  fill_random(bytes);
  return bytes;
}

std::uint32_t random_31_bits() { return load<std::uint32_t>(random_bytes(4).data()) >> 1; }

}  // namespace holdfast::crypto

// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/job_key.h"

#include "crypto/random.h"

namespace holdfast::crypto {

std::string spell_job_key(Bytes bytes) {
  std::string key;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0 && i % 2 == 0) key += '-';
    const auto value = std::to_integer<unsigned>(bytes[i]);
    key += static_cast<char>('A' + (value & 0xF));
    key += static_cast<char>('A' + (value >> 4));
  }
  return key;
}

std::string make_job_key() { return spell_job_key(random_bytes(16)); }

}  // namespace holdfast::crypto

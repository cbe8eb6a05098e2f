// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdint>
#include <cstdlib>

#include "codec/compression.h"

// The first byte chooses the algorithm, the rest is what lies on the volume.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using holdfast::codec::Algorithm;
  constexpr std::size_t limit = 1'000'000;
  if (size == 0) return 0;
  const auto algorithm = static_cast<Algorithm>(data[0] % 6);
  const auto decompressor = holdfast::codec::make_decompressor(algorithm);
  const holdfast::Bytes stored(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  const auto unfolded = decompressor->decompress(stored, limit);
  if (unfolded && unfolded->size() > limit) std::abort();
  return 0;
}

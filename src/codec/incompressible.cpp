// SPDX-License-Identifier: AGPL-3.0-or-later
#include "codec/incompressible.h"

#include <lz4.h>

#include <array>
#include <cmath>

namespace holdfast::codec {

namespace {

constexpr std::size_t smallest_block = 8192;
constexpr std::size_t most_tested = 1024 * 1024;  // so that sizes fit an int
constexpr std::size_t pieces = 16;
constexpr std::size_t piece_size = 256;
// Of random bytes, a sample of this size shows about 7.955 bits per byte.
constexpr double most_bits_of_compressible = 7.85;
constexpr int lz4_acceleration = 8;

/// Bits per byte of pieces from all over the block, as if no byte depended on others.
double bits_per_byte(Bytes block) {
  std::array<std::uint32_t, 256> counts{};
  const auto step = (block.size() - piece_size) / (pieces - 1);
  for (std::size_t piece = 0; piece < pieces; ++piece)
    for (const auto byte : block.subspan(piece * step, piece_size)) ++counts[static_cast<std::uint8_t>(byte)];
  constexpr double total = pieces * piece_size;
  double bits = 0;
  for (const auto count : counts)
    if (count > 0) bits -= count / total * std::log2(count / total);
  return bits;
}

}  // namespace

bool IncompressibleTest::has_repeats(Bytes block) {
  if (!state_)
    state_ = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(LZ4_sizeofState()));
  const auto room = block.size() - block.size() / 32;
  const auto to = scratch_.at_least(room);
  return LZ4_compress_fast_extState(state_.get(), reinterpret_cast<const char*>(block.data()),
                                    reinterpret_cast<char*>(to.data()), static_cast<int>(block.size()),
                                    static_cast<int>(room), lz4_acceleration) > 0;
}

bool IncompressibleTest::holds_for(Bytes block) {
  if (block.size() < smallest_block || block.size() > most_tested) return false;
  return bits_per_byte(block) > most_bits_of_compressible && !has_repeats(block);
}

}  // namespace holdfast::codec

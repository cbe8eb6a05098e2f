// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/ids.h"

namespace holdfast::format {

/// A block belongs to one session and holds its records: header, then records to the end (interop 04,
/// section 2). Invariant of a valid block: BlockHeader::size <= length <= max_block_length.
struct BlockHeader {
  static constexpr std::size_t size = 24;

  std::uint32_t checksum = 0;
  std::uint32_t length = 0;  ///< of the block, this header included, padding not
  std::uint32_t number = 0;  ///< informative
  VolumeSession session;

  bool operator==(const BlockHeader&) const = default;
};

inline constexpr std::size_t max_block_length = 20'000'000;
inline constexpr std::size_t default_block_size = 1024 * 1024;
inline constexpr std::size_t default_label_block_size = 64512;

enum class BlockFault {
  too_short,      ///< fewer bytes than a header has
  wrong_id,       ///< not a block, or one of a format we do not read
  insane_length,  ///< length below the header's size or over max_block_length
};
std::string_view to_string(BlockFault fault);

/// The header at the start of `bytes`, of which only the first BlockHeader::size are looked at: whether the
/// whole block is there, the caller sees from `length`.
Expected<BlockHeader, BlockFault> parse_block_header(Bytes bytes);

/// Where in `bytes`, at or behind `from`, the first possible header stands; their size where there is none.
std::size_t find_block_header(Bytes bytes, std::size_t from);

/// `to` has room for BlockHeader::size bytes.
void store(std::byte* to, const BlockHeader& header);

/// CRC-32 as in zlib; see crypto/crc32.h. Given from outside so that this folder stays pure.
using Crc32 = std::uint32_t (*)(Bytes);

/// What the checksum of a block is computed over; `block` is exactly `length` bytes.
inline Bytes checksummed_part(Bytes block) { return block.subspan(sizeof(BlockHeader::checksum)); }

}  // namespace holdfast::format

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"
#include "format/block.h"

namespace holdfast::device {

// The files of a volume of type dedupable (interop 04, section 10), decoded and encoded. Pure.

inline constexpr std::uint32_t dedup_aligned = 0;    ///< Idx of aligned.data
inline constexpr std::uint32_t dedup_unaligned = 1;  ///< Idx of unaligned.data
inline constexpr std::uint64_t dedup_default_block = 4096;

/// How much of the other files is used.
struct DedupConfig {
  static constexpr std::size_t size = 189;

  std::uint64_t blocks = 0;  ///< entries in `blocks`
  std::uint64_t parts = 0;   ///< entries in `parts`
  std::uint64_t aligned = 0;
  std::uint64_t unaligned = 0;
  std::uint64_t aligned_block = dedup_default_block;

  bool operator==(const DedupConfig&) const = default;
};

enum class DedupFault {
  wrong_size,    ///< not 189 bytes
  wrong_layout,  ///< another version, other files
  not_multiple,  ///< aligned.data is no multiple of its block size
};
std::string_view to_string(DedupFault fault);

struct ParsedDedupConfig {
  DedupConfig config;
  /// Holdfast wrote it and it is whole: a checksum stands where the format has padding. Others leave anything there.
  bool is_sealed = false;
};

Buffer encode(const DedupConfig& config);
Expected<ParsedDedupConfig, DedupFault> parse_dedup_config(Bytes bytes);

/// One entry of `blocks`.
struct DedupBlock {
  static constexpr std::size_t size = 40;

  format::BlockHeader header;
  std::uint32_t part_count = 0;
  std::uint64_t first_part = 0;

  bool operator==(const DedupBlock&) const = default;
};

/// `bytes` are the entry. Nothing where its block header is none.
std::optional<DedupBlock> parse_dedup_block(Bytes bytes);
/// `to` has room for DedupBlock::size bytes.
void store(std::byte* to, const DedupBlock& block);

/// One entry of `parts`: a piece of a block, in one of the data files.
struct DedupPart {
  static constexpr std::size_t size = 16;

  std::uint32_t file = dedup_unaligned;
  std::uint32_t length = 0;
  std::uint64_t begin = 0;

  bool operator==(const DedupPart&) const = default;
};

/// `bytes` are the entry. Nothing for a data file that there is not, and where its end cannot be counted.
std::optional<DedupPart> parse_dedup_part(Bytes bytes);
/// `to` has room for DedupPart::size bytes.
void store(std::byte* to, const DedupPart& part);

}  // namespace holdfast::device

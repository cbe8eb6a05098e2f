// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/expected.h"
#include "format/stream.h"

namespace holdfast::format {

/// The magic of a compression header (interop 05, section 6).
enum class CompressionAlgorithm : std::uint32_t {
  gzip = 0x475a4950,
  lzo = 0x4c5a4f58,
  lzfast = 0x465a465a,
  lz4 = 0x465a344c,
  lz4hc = 0x465a3448,
  zstd = 0x5a535444,  ///< ours alone
  none = 0x4e4f4e45,  ///< defined, never accepted
};

/// Stands before the compressed bytes of every record of streams 29 to 33.
struct CompressionHeader {
  static constexpr std::size_t size = 12;
  static constexpr std::uint16_t current_version = 1;

  CompressionAlgorithm algorithm = CompressionAlgorithm::gzip;
  std::uint32_t compressed_size = 0;
  std::uint16_t level = 0;
  std::uint16_t version = current_version;

  bool operator==(const CompressionHeader&) const = default;
};

/// Added to the level of records that our Storage Daemon compressed behind their offset, as readers expect it. That of the peer
/// compresses the offset once more with the data (interop 04, section 12); nothing else tells the two apart.
inline constexpr std::uint16_t offset_stands_once = 0x100;

struct CompressedRecord {
  CompressionHeader header;
  Bytes data;  ///< header.compressed_size bytes of the parsed payload
};

/// Splits header and data of a payload whose offset, if it had one, was taken. The reason why not is a
/// message in the words of the chapter ("Compressed header version error. version=0x2").
Expected<CompressedRecord, std::string> parse_compressed(Bytes payload);

/// `to` has room for CompressionHeader::size bytes.
void store(std::byte* to, const CompressionHeader& header);

/// The u64 file offset at the start of each record of a sparse stream.
inline constexpr std::size_t sparse_offset_size = 8;

struct SparseRecord {
  std::uint64_t offset = 0;
  Bytes data;
};

/// Empty where the payload is too short to hold the offset.
std::optional<SparseRecord> parse_sparse(Bytes payload);

/// The data of a record of sparse_compressed_data, decompressed to `plain`. A Storage Daemon of the peer that compresses
/// sparse records puts the offset among the compressed bytes once more; such files are announced as not compressed.
Bytes without_repeated_offset(const CompressedRecord& record, StreamId announced, std::uint64_t offset,
                              Bytes plain);

}  // namespace holdfast::format

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Compression of file data, block by block, in the forms that lie on volumes. Bytes in, bytes out.

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/expected.h"

namespace holdfast::codec {

/// Zstandard is ours: the peer does not read it (docs/formats/streams.md).
enum class Algorithm : std::uint8_t { gzip, lzo, lzfast, lz4, lz4hc, zstd };

/// "gzip"; as job reports name it.
std::string_view to_string(Algorithm algorithm);

/// What a FileSet asks for.
struct Compression {
  Algorithm algorithm = Algorithm::gzip;
  int level = 6;  ///< 1 to 9 for gzip, 1 to 19 for zstd, without meaning for the others
  bool operator==(const Compression&) const = default;
};

/// Compresses blocks independently of each other. One thread at a time; keeps its work memory.
class Compressor {
 public:
  virtual ~Compressor() = default;
  /// The compressed form of the block, complete in itself; valid until the next call.
  virtual Bytes compress(Bytes block) = 0;
};
std::unique_ptr<Compressor> make_compressor(Compression compression);

/// Decompresses blocks of one algorithm. One thread at a time.
class Decompressor {
 public:
  virtual ~Decompressor() = default;
  /// The original block; valid until the next call. The stored form does not tell its length; more than
  /// `limit` bytes are refused. The reason of a failure is for a message. The input is not trusted.
  virtual Expected<Bytes, std::string> decompress(Bytes from, std::size_t limit) = 0;
};
std::unique_ptr<Decompressor> make_decompressor(Algorithm algorithm);

/// No sensible writer makes blocks that unfold to more.
inline constexpr std::size_t largest_block = 16 * 1024 * 1024;

}  // namespace holdfast::codec

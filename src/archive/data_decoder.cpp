// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_decoder.h"

#include <fmt/core.h>

#include <algorithm>

namespace holdfast::archive {

namespace {

using format::CompressionAlgorithm;

std::optional<codec::Algorithm> algorithm_of(CompressionAlgorithm magic) {
  switch (magic) {
    case CompressionAlgorithm::gzip: return codec::Algorithm::gzip;
    case CompressionAlgorithm::lzo: return codec::Algorithm::lzo;
    case CompressionAlgorithm::lzfast: return codec::Algorithm::lzfast;
    case CompressionAlgorithm::lz4: return codec::Algorithm::lz4;
    case CompressionAlgorithm::lz4hc: return codec::Algorithm::lz4hc;
    case CompressionAlgorithm::none: break;
  }
  return std::nullopt;
}

}  // namespace

Expected<void, std::string> DataDecoder::decode(format::StreamId stream, Bytes payload, PlainData& to) {
  if (!format::traits(stream).has_encryption) return unwrap(stream, payload, to);
  if (decryption_.stream() && decryption_.stream() != stream)
    if (auto finished = finish(to); !finished) return finished;
  return decryption_.feed(stream, payload, [&](Bytes block) { return unwrap(stream, block, to); });
}

Expected<void, std::string> DataDecoder::finish(PlainData& to) {
  const auto stream = decryption_.stream().value_or(format::StreamId::none);
  return decryption_.finish([&](Bytes block) { return unwrap(stream, block, to); });
}

Expected<void, std::string> DataDecoder::unwrap(format::StreamId stream, Bytes payload, PlainData& to) {
  const auto& traits = format::traits(stream);
  std::optional<std::uint64_t> position;
  const auto offset = payload.first(std::min(payload.size(), format::sparse_offset_size));
  if (traits.has_offset) {
    const auto sparse = format::parse_sparse(payload);
    if (!sparse)
      return unexpected(fmt::format("a record of {} bytes is too short for its offset", payload.size()));
    position = sparse->offset;
    payload = sparse->data;
  }
  auto plain = decompressed(traits, payload);
  if (!plain) return unexpected(plain.error());
  if (repeats_offset(stream, offset, *plain)) plain = plain->subspan(offset.size());
  to.saved(*plain);
  if (!traits.has_windows_headers) return to.write({position, *plain});
  for (const auto bytes : windows_.feed(*plain))
    if (auto written = to.write({std::nullopt, bytes}); !written) return written;
  return {};
}

/// A Storage Daemon of the peer that compresses sparse records puts the offset before the compressed bytes, and among
/// them once more (interop 04, section 12). Such files are announced as not compressed.
bool DataDecoder::repeats_offset(format::StreamId stream, Bytes offset, Bytes plain) const {
  return stream == format::StreamId::sparse_compressed_data && announced_ == format::StreamId::sparse_data &&
         plain.size() >= offset.size() && std::equal(offset.begin(), offset.end(), plain.begin());
}

Expected<Bytes, std::string> DataDecoder::decompressed(const format::StreamTraits& traits, Bytes payload) {
  if (traits.has_bare_zlib)
    return decompressor(codec::Algorithm::gzip).decompress(payload, codec::largest_block);
  if (!traits.has_compression_header) return payload;
  const auto record = format::parse_compressed(payload);
  if (!record) return unexpected(record.error());
  const auto algorithm = algorithm_of(record->header.algorithm);
  if (!algorithm)
    return unexpected(fmt::format("Compression algorithm 0x{:x} found, but not supported!",
                                  static_cast<std::uint32_t>(record->header.algorithm)));
  return decompressor(*algorithm).decompress(record->data, codec::largest_block);
}

codec::Decompressor& DataDecoder::decompressor(codec::Algorithm algorithm) {
  auto& made = decompressors_[algorithm];
  if (!made) made = codec::make_decompressor(algorithm);
  return *made;
}

}  // namespace holdfast::archive

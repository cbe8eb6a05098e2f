// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_decoder.h"

#include <fmt/core.h>

#include "stream/compressed_record.h"

namespace holdfast::archive {

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
  if (traits.has_offset) {
    const auto sparse = format::parse_sparse(payload);
    if (!sparse)
      return unexpected(fmt::format("a record of {} bytes is too short for its offset", payload.size()));
    position = sparse->offset;
    payload = sparse->data;
  }
  const auto plain = decompressed(traits, position, payload);
  if (!plain) return unexpected(plain.error());
  to.saved(*plain);
  if (!traits.has_windows_headers) return to.write({position, *plain});
  for (const auto bytes : windows_.feed(*plain))
    if (auto written = to.write({std::nullopt, bytes}); !written) return written;
  return {};
}

Expected<Bytes, std::string> DataDecoder::decompressed(const format::StreamTraits& traits,
                                                       std::optional<std::uint64_t> position, Bytes payload) {
  if (traits.has_bare_zlib)
    return decompressor(codec::Algorithm::gzip).decompress(payload, codec::largest_block);
  if (!traits.has_compression_header) return payload;
  const auto record = format::parse_compressed(payload);
  if (!record) return unexpected(record.error());
  const auto algorithm = stream::algorithm_of(record->header.algorithm);
  if (!algorithm)
    return unexpected(fmt::format("Compression algorithm 0x{:x} found, but not supported!",
                                  static_cast<std::uint32_t>(record->header.algorithm)));
  const auto plain = decompressor(*algorithm).decompress(record->data, codec::largest_block);
  if (!plain || !position) return plain;
  return format::without_repeated_offset(*record, announced_, *position, *plain);
}

codec::Decompressor& DataDecoder::decompressor(codec::Algorithm algorithm) {
  auto& made = decompressors_[algorithm];
  if (!made) made = codec::make_decompressor(algorithm);
  return *made;
}

}  // namespace holdfast::archive

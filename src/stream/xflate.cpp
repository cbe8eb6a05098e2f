// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stream/xflate.h"

#include <algorithm>
#include <array>

#include "base/endian.h"
#include "format/attributes.h"
#include "format/packed_stat.h"
#include "stream/compressed_record.h"

namespace holdfast::stream {

namespace {

using format::CompressionHeader;
using format::StreamId;

/// Streams that are the same but for the compression.
struct Pair {
  StreamId plain;
  StreamId compressed;
};
constexpr std::array pairs{Pair{StreamId::file_data, StreamId::compressed_data},
                           Pair{StreamId::sparse_data, StreamId::sparse_compressed_data},
                           Pair{StreamId::windows_data, StreamId::windows_compressed_data}};

// What grows by compression, or by decompression, must still fit into a record that can be sent.
constexpr std::size_t longest_piece = 768 * 1024;

std::optional<StreamId> compressed_form(StreamId stream) {
  for (const auto& pair : pairs)
    if (pair.plain == stream) return pair.compressed;
  return std::nullopt;
}
std::optional<StreamId> plain_form(StreamId stream) {
  for (const auto& pair : pairs)
    if (pair.compressed == stream) return pair.plain;
  return std::nullopt;
}

/// Flag bits travel with the number.
std::int32_t with_flags_of(std::int32_t stream, StreamId id) {
  return (stream & ~format::stream_id_mask) | format::number(id);
}
StreamId id_of(std::int32_t stream) { return static_cast<StreamId>(stream & format::stream_id_mask); }

/// Cuts data into pieces with the offsets they belong to.
template <typename Each>
void for_each_piece(std::uint64_t offset, Bytes data, Each each) {
  do {
    const auto piece = data.first(std::min(data.size(), longest_piece));
    each(offset, piece);
    offset += piece.size();
    data = data.subspan(piece.size());
  } while (!data.empty());
}

}  // namespace

void Xflate::record(std::int32_t stream, Bytes payload, const Take& take) {
  const auto id = id_of(stream);
  if (rules_.inflate == XflateRules::Inflate::yes) {
    if (format::is_attributes(id)) note_attributes(payload);
    if (const auto plain = plain_form(id)) return inflate(stream, payload, take);
  }
  if (rules_.deflate && compressed_form(id)) return deflate(stream, payload, take);
  take(stream, payload);
}

void Xflate::note_attributes(Bytes payload) {
  const auto attributes = format::parse_attributes(payload);
  const auto stat = attributes ? format::unpack_stat(attributes->packed_stat) : std::nullopt;
  announced_ = stat ? stat->data_stream : StreamId::none;
}

void Xflate::deflate(std::int32_t stream, Bytes payload, const Take& take) {
  const auto to = with_flags_of(stream, *compressed_form(id_of(stream)));
  const auto sparse = format::traits(id_of(stream)).has_offset ? format::parse_sparse(payload) : std::nullopt;
  if (format::traits(id_of(stream)).has_offset && !sparse) return take(stream, payload);
  if (!compressor_) compressor_ = codec::make_compressor(*rules_.deflate);
  for_each_piece(sparse ? sparse->offset : 0, sparse ? sparse->data : payload,
                 [&](std::uint64_t offset, Bytes piece) {
                   const auto compressed = compressor_->compress(piece);
                   CompressionHeader header;
                   header.algorithm = magic_of(rules_.deflate->algorithm);
                   header.compressed_size = static_cast<std::uint32_t>(compressed.size());
                   header.level = static_cast<std::uint16_t>(rules_.deflate->level);
                   if (sparse) header.level |= format::offset_stands_once;
                   record_.clear();
                   ByteWriter writer(record_);
                   if (sparse) writer.put(offset);
                   record_.resize(record_.size() + CompressionHeader::size);
                   format::store(record_.data() + record_.size() - CompressionHeader::size, header);
                   writer.put_bytes(compressed);
                   take(to, record_);
                 });
}

void Xflate::inflate(std::int32_t stream, Bytes payload, const Take& take) {
  const auto to = with_flags_of(stream, *plain_form(id_of(stream)));
  const bool is_sparse = format::traits(id_of(stream)).has_offset;
  const auto sparse = is_sparse ? format::parse_sparse(payload) : std::nullopt;
  const auto compressed = format::parse_compressed(sparse ? sparse->data : payload);
  auto plain = compressed ? inflated(*compressed) : unexpected(compressed.error());
  if (!plain || is_sparse != sparse.has_value()) {
    if (!std::exchange(has_warned_, true))
      warn_(plain ? "a record is too short for its offset" : plain.error());
    return take(stream, payload);
  }
  if (sparse) plain = format::without_repeated_offset(*compressed, announced_, sparse->offset, *plain);
  for_each_piece(sparse ? sparse->offset : 0, *plain, [&](std::uint64_t offset, Bytes piece) {
    if (!sparse) return take(to, piece);
    record_.clear();
    ByteWriter writer(record_);
    writer.put(offset);
    writer.put_bytes(piece);
    take(to, record_);
  });
}

Expected<Bytes, std::string> Xflate::inflated(const format::CompressedRecord& record) {
  const auto algorithm = algorithm_of(record.header.algorithm);
  if (!algorithm) return unexpected(std::string("an unknown compression algorithm"));
  auto& made = decompressors_[*algorithm];
  if (!made) made = codec::make_decompressor(*algorithm);
  return made->decompress(record.data, codec::largest_block);
}

}  // namespace holdfast::stream

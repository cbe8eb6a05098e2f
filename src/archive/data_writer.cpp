// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_writer.h"

#include <array>

#include "base/endian.h"
#include "format/compression_header.h"
#include "stream/compressed_record.h"

namespace holdfast::archive {

namespace {

using codec::Algorithm;
using crypto::DigestKind;
using format::CompressionHeader;
using format::StreamId;

bool is_zero(Bytes block) {
  return block.empty() || (block.front() == std::byte{0} &&
                           std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0);
}

/// Magic and level as peers write them (interop 05, section 6).
CompressionHeader header_of(const codec::Compression& compression, std::size_t size) {
  CompressionHeader header;
  header.algorithm = stream::magic_of(compression.algorithm);
  header.compressed_size = static_cast<std::uint32_t>(size);
  switch (compression.algorithm) {
    case Algorithm::gzip: header.level = static_cast<std::uint16_t>(compression.level); break;
    case Algorithm::lzo: header.level = 0; break;
    default: header.level = 1;
  }
  return header;
}

std::size_t offset_room(const FileOptions& options) {
  return options.sparse ? format::sparse_offset_size : 0;
}

/// Appends offset, header and compressed data as one record.
Step compress_block(Bytes raw, std::uint64_t position, const FileOptions& options, Tools& tools, Arena& to) {
  const auto compressed = tools.compressor(*options.compression).compress(raw);
  const auto offset = to.size();
  if (options.sparse) {
    store(to.reserve(format::sparse_offset_size).data(), position);
    to.commit(format::sparse_offset_size);
  }
  format::store(to.reserve(CompressionHeader::size).data(),
                header_of(*options.compression, compressed.size()));
  to.commit(CompressionHeader::size);
  to.append(compressed);
  return {Step::Kind::data, data_stream(options), static_cast<std::uint32_t>(offset),
          static_cast<std::uint32_t>(to.size() - offset)};
}

}  // namespace

StreamId data_stream(const FileOptions& options) {
  if (options.compression)
    return options.sparse ? StreamId::sparse_compressed_data : StreamId::compressed_data;
  return options.sparse ? StreamId::sparse_data : StreamId::file_data;
}

StreamId digest_stream(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5: return StreamId::md5_digest;
    case DigestKind::sha1: return StreamId::sha1_digest;
    case DigestKind::sha256: return StreamId::sha256_digest;
    case DigestKind::sha512: return StreamId::sha512_digest;
    case DigestKind::xxh128: return StreamId::xxh128_digest;
  }
  return StreamId::none;
}

std::uint32_t block_length(const FileOptions& options, std::uint32_t block_size) {
  return block_size - static_cast<std::uint32_t>(offset_room(options));
}

DataWriter::DataWriter(Batch& batch, const FileOptions& options, Tools& tools, When when)
    : batch_(batch), options_(options), tools_(tools), when_(when), offset_room_(offset_room(options)) {}

MutableBytes DataWriter::room(std::size_t wanted) {
  // What is compressed later, or not at all, is read to where it stays.
  if (options_.compression && when_ == When::compress_here) {
    tools_.spare().clear();
    room_ = tools_.spare().reserve(wanted);
  } else if (options_.compression) {
    room_ = batch_.arena.reserve(wanted);
  } else {
    room_ = batch_.arena.reserve(offset_room_ + wanted).subspan(offset_room_);
  }
  return room_;
}

bool DataWriter::put(std::size_t size, std::uint64_t position, Place place) {
  block_ = room_.first(size);
  if (options_.sparse && place == Place::inner && is_zero(block_)) return false;
  const auto offset = static_cast<std::uint32_t>(batch_.arena.size());
  if (options_.compression && when_ == When::compress_here) {
    batch_.steps.push_back(compress_block(block_, position, options_, tools_, batch_.arena));
  } else if (options_.compression) {
    batch_.arena.commit(size);
    batch_.raw_blocks.push_back({offset, static_cast<std::uint32_t>(size), position});
  } else {
    if (options_.sparse) store(batch_.arena.at(offset), position);
    batch_.arena.commit(offset_room_ + size);
    batch_.steps.push_back(
        {Step::Kind::data, data_stream(options_), offset, static_cast<std::uint32_t>(offset_room_ + size)});
  }
  return true;
}

void digest_blocks(const Batch& batch, const FileOptions& options, crypto::Digest& digest) {
  for (const auto& block : batch.raw_blocks) digest.update(batch.arena.view(block.offset, block.size));
  const auto room = offset_room(options);
  for (const auto& step : batch.steps) digest.update(batch.arena.view(step.offset + room, step.size - room));
}

void compress_raw_blocks(Batch& batch, Tools& tools) {
  if (batch.raw_blocks.empty()) return;
  auto& item = batch.items.back();
  Arena& packed = tools.spare();
  packed.clear();
  for (const auto& block : batch.raw_blocks)
    batch.steps.push_back(compress_block(batch.arena.view(block.offset, block.size), block.position,
                                         *item.found.options, tools, packed));
  item.steps = static_cast<std::uint32_t>(batch.steps.size());
  batch.raw_blocks.clear();
  std::swap(batch.arena, packed);
}

}  // namespace holdfast::archive

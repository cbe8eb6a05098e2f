// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_writer.h"

#include <array>

#include "archive/cipher_chain.h"
#include "archive/metadata.h"
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

/// What was appended since `offset`, as one record.
Step data_step(StreamId stream, std::size_t offset, const Arena& to) {
  return {Step::Kind::data, stream, static_cast<std::uint32_t>(offset),
          static_cast<std::uint32_t>(to.size() - offset)};
}

/// Magic and level as peers write them (interop 05, section 6).
CompressionHeader header_of(const codec::Compression& compression, std::size_t size) {
  CompressionHeader header;
  header.algorithm = stream::magic_of(compression.algorithm);
  header.compressed_size = static_cast<std::uint32_t>(size);
  switch (compression.algorithm) {
    case Algorithm::gzip:
    case Algorithm::zstd: header.level = static_cast<std::uint16_t>(compression.level); break;
    case Algorithm::lzo: header.level = 0; break;
    default: header.level = 1;
  }
  return header;
}

/// Encrypted data is one stream without offsets.
bool is_sparse(const selection::FileOptions& options) { return options.sparse && !options.encrypted; }

std::size_t offset_room(const selection::FileOptions& options) {
  return is_sparse(options) ? format::sparse_offset_size : 0;
}

/// Appends offset, header and compressed data as one record.
Step compress_block(Bytes raw, std::uint64_t position, const selection::FileOptions& options, StreamId stream,
                    Tools& tools, Arena& to) {
  const auto compressed = tools.compressor(*options.compression).compress(raw);
  const auto offset = to.size();
  if (is_sparse(options)) {
    store(to.reserve(format::sparse_offset_size).data(), position);
    to.commit(format::sparse_offset_size);
  }
  format::store(to.reserve(CompressionHeader::size).data(),
                header_of(*options.compression, compressed.size()));
  to.commit(CompressionHeader::size);
  to.append(compressed);
  return data_step(stream, offset, to);
}

/// Appends what the cipher delivers for a block (interop 05, section 11.3), which stands in `head` and `rest`, and
/// makes a record of it if there is anything.
void encrypt_block(Bytes head, Bytes rest, StreamId stream, crypto::Encryption& encryption, Arena& to,
                   std::vector<Step>& steps) {
  std::array<std::byte, sizeof(std::uint32_t)> length{};
  store(length.data(), static_cast<std::uint32_t>(head.size() + rest.size()));
  const auto offset = to.size();
  const auto room = length.size() + head.size() + rest.size() + crypto::Encryption::most_added;
  to.reserve(room);  // so that the room does not move in between
  for (const Bytes piece : {Bytes(length), head, rest})
    to.commit(encryption.update(piece, to.reserve(piece.size() + crypto::Encryption::most_added)));
  if (to.size() > offset) steps.push_back(data_step(stream, offset, to));
}

void encrypt_end(StreamId stream, crypto::Encryption& encryption, Arena& to, std::vector<Step>& steps) {
  const auto offset = to.size();
  to.commit(encryption.finish(to.reserve(crypto::Encryption::most_added)));
  steps.push_back(data_step(stream, offset, to));
}

}  // namespace

StreamId data_stream(const selection::FileOptions& options, format::FileType type) {
  if (is_encrypted(options, type))
    return options.compression ? StreamId::encrypted_compressed_data : StreamId::encrypted_data;
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

std::uint32_t block_length(const selection::FileOptions& options, std::uint32_t block_size) {
  return block_size - static_cast<std::uint32_t>(offset_room(options));
}

void add_session_record(Batch& batch, const selection::Found& found, const Tools& tools) {
  if (is_encrypted(*found.options, found.type))
    add_stream(batch, StreamId::encryption_session, tools.protection()->encryption->record);
}

DataWriter::DataWriter(Batch& batch, const selection::Found& found, Tools& tools, When when)
    : batch_(batch),
      options_(*found.options),
      tools_(tools),
      when_(when),
      is_encoded_(options_.compression || options_.encrypted),
      offset_room_(offset_room(options_)),
      stream_(data_stream(options_, found.type)) {
  if (!options_.encrypted || when == When::encode_later) return;
  encryption_ = &tools.encryption();
  encryption_->start();
}

MutableBytes DataWriter::room(std::size_t wanted) {
  // What is encoded later, or not at all, is read to where it stays.
  if (leaves_blocks_raw()) {
    room_ = batch_.arena.reserve(wanted);
  } else if (is_encoded_) {
    tools_.spare().clear();
    room_ = tools_.spare().reserve(wanted);
  } else {
    room_ = batch_.arena.reserve(offset_room_ + wanted).subspan(offset_room_);
  }
  return room_;
}

bool DataWriter::put(std::size_t size, std::uint64_t position, Place place) {
  block_ = room_.first(size);
  if (is_sparse(options_) && place == Place::inner && is_zero(block_)) return false;
  has_data_ = true;
  const auto offset = batch_.arena.size();
  if (leaves_blocks_raw()) {
    batch_.arena.commit(size);
    batch_.raw_blocks.push_back(
        {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size), position});
  } else if (is_encoded_) {
    encode_block(position);
  } else {
    if (options_.sparse) store(batch_.arena.at(offset), position);
    batch_.arena.commit(offset_room_ + size);
    batch_.steps.push_back(data_step(stream_, offset, batch_.arena));
  }
  return true;
}

void DataWriter::encode_block(std::uint64_t position) {
  if (encryption_ == nullptr) {
    batch_.steps.push_back(compress_block(block_, position, options_, stream_, tools_, batch_.arena));
  } else if (options_.compression) {
    const auto compressed = tools_.compressor(*options_.compression).compress(block_);
    std::array<std::byte, CompressionHeader::size> header{};
    format::store(header.data(), header_of(*options_.compression, compressed.size()));
    encrypt_block(header, compressed, stream_, *encryption_, batch_.arena, batch_.steps);
  } else {
    encrypt_block({}, block_, stream_, *encryption_, batch_.arena, batch_.steps);
  }
}

void DataWriter::finish() {
  if (encryption_ != nullptr && has_data_) encrypt_end(stream_, *encryption_, batch_.arena, batch_.steps);
}

void digest_blocks(const Batch& batch, const selection::FileOptions& options, ContentDigest& digest) {
  for (const auto& block : batch.raw_blocks) digest.update(batch.arena.view(block.offset, block.size));
  const auto room = offset_room(options);
  for (const auto& step : batch.steps) digest.update(batch.arena.view(step.offset + room, step.size - room));
}

namespace {

/// Makes steps of the raw blocks, compressed if that is wanted.
void compress_raw_blocks(Batch& batch, const Item& item, Tools& tools) {
  const auto& options = *item.found.options;
  const auto stream = data_stream(options, item.found.type);
  if (!options.compression) {
    for (const auto& block : batch.raw_blocks)
      batch.steps.push_back({Step::Kind::data, stream, block.offset, block.size});
    return;
  }
  Arena& packed = tools.spare();
  packed.clear();
  for (const auto& block : batch.raw_blocks)
    batch.steps.push_back(compress_block(batch.arena.view(block.offset, block.size), block.position, options,
                                         stream, tools, packed));
  std::swap(batch.arena, packed);
}

void encrypt_steps(Batch& batch, const Item& item, Tools& tools) {
  const auto stream = data_stream(*item.found.options, item.found.type);
  const auto plain = std::exchange(batch.steps, {});
  Arena& encrypted = tools.spare();
  encrypted.clear();
  batch.chain->in_turn(batch.part, [&](crypto::Encryption& encryption) {
    for (const auto& step : plain)
      encrypt_block({}, batch.arena.view(step.offset, step.size), stream, encryption, encrypted, batch.steps);
    if (batch.part_kind == Batch::Part::last) encrypt_end(stream, encryption, encrypted, batch.steps);
  });
  std::swap(batch.arena, encrypted);
}

}  // namespace

void encode_raw_blocks(Batch& batch, Tools& tools) {
  if (batch.raw_blocks.empty() && !batch.chain) return;
  auto& item = batch.items.back();
  try {
    compress_raw_blocks(batch, item, tools);
    if (batch.chain) encrypt_steps(batch, item, tools);
  } catch (...) {
    if (batch.chain) batch.chain->abandon();
    throw;
  }
  item.steps = static_cast<std::uint32_t>(batch.steps.size());
  batch.raw_blocks.clear();
}

}  // namespace holdfast::archive

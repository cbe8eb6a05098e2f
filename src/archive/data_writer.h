// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "archive/batch.h"
#include "archive/content_digest.h"
#include "archive/tools.h"

namespace holdfast::archive {

/// The stream that the data of a file chosen with these options has, or would have if it had any.
format::StreamId data_stream(const selection::FileOptions& options, format::FileType type);
/// The stream of a digest.
format::StreamId digest_stream(crypto::DigestKind kind);

/// File bytes in one record: offsets take their room from the block, as peers expect.
std::uint32_t block_length(const selection::FileOptions& options, std::uint32_t block_size);

/// Appends what has to come before the data of a file that is encrypted; nothing for others.
void add_session_record(Batch& batch, const selection::Found& found, const Tools& tools);

/// Turns blocks of one file into data records of a batch, without copying them where they need not change.
///
///   const auto room = writer.room(wanted);
///   writer.put(file.read(room), position, last);
///   writer.finish();
class DataWriter {
 public:
  /// Compression and encryption: here, as part of put(), or later: then put() leaves raw blocks for a worker.
  enum class When { encode_here, encode_later };
  enum class Place { inner, last };

  DataWriter(Batch& batch, const selection::Found& found, Tools& tools, When when);

  /// Where to read the next block; valid until put().
  MutableBytes room(std::size_t wanted);
  /// The first `size` bytes of room() are a block. A block of zeros of a sparse file is left out unless it is the
  /// last. Returns whether it became a record, and so belongs into the digest.
  bool put(std::size_t size, std::uint64_t position, Place place);

  /// The end of the data, where it is encoded here.
  void finish();

  /// The bytes of the last put(); valid until the next room().
  Bytes block() const { return block_; }

 private:
  bool leaves_blocks_raw() const { return when_ == When::encode_later && is_encoded_; }
  void encode_block(std::uint64_t position);

  Batch& batch_;
  const selection::FileOptions& options_;
  Tools& tools_;
  When when_;
  bool is_encoded_;  ///< compressed, encrypted or both
  std::size_t offset_room_;
  format::StreamId stream_;
  crypto::Encryption* encryption_ = nullptr;  ///< where blocks are encrypted here
  bool has_data_ = false;
  MutableBytes room_;
  Bytes block_;
};

/// Digests the bytes of the file in a batch that holds nothing but a part of it, not encoded yet.
void digest_blocks(const Batch& batch, const selection::FileOptions& options, ContentDigest& digest);

/// Compresses and encrypts the raw blocks of a batch that holds nothing else: a middle part of one large file.
void encode_raw_blocks(Batch& batch, Tools& tools);

}  // namespace holdfast::archive

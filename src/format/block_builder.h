// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/ids.h"
#include "format/block.h"
#include "format/record.h"

namespace holdfast::format {

/// A block as it goes to a device, and what the catalog wants to know about it.
struct BuiltBlock {
  Buffer bytes;                   ///< header and checksum included
  std::uint32_t first_index = 0;  ///< file index of the first record or piece of a file; 0: none
  std::uint32_t last_index = 0;
};

/// Puts the records of one session into blocks (interop 04, section 3.2).
///
///   while (!builder.add(record)) write(builder.take_block(crc32));
///   ...
///   if (!builder.is_empty()) write(builder.take_block(crc32));
class BlockBuilder {
 public:
  /// A record on its way into blocks. `left` must stay valid until add() has returned true for it.
  struct Outgoing {
    std::int32_t file_index = 0;
    std::int32_t stream = 0;
    Bytes left;
    bool is_started = false;
  };

  /// `max_block` from 64 bytes to max_block_length.
  BlockBuilder(VolumeSession session, std::size_t max_block);

  /// True when the whole record, or its rest, went into the current block. Else the block is full: take it and
  /// call again with the same record.
  bool add(Outgoing& record);

  /// Whether a record with this payload would lie in the current block uncut; session labels must.
  bool has_room_for(std::size_t payload) const;
  bool is_empty() const { return used_ == BlockHeader::size; }
  VolumeSession session() const { return session_; }

  /// The current block, sealed with its checksum; the builder goes on with an empty one. `recycled` becomes the
  /// memory of the next block.
  BuiltBlock take_block(Crc32 crc, Buffer recycled = {});

 private:
  std::size_t free() const { return max_block_ - used_; }
  void put_header(const RecordHeader& header);

  // Invariant: bytes_ has max_block_ bytes; [BlockHeader::size, used_) holds whole headers and their data.
  VolumeSession session_;
  std::size_t max_block_;
  Buffer bytes_;
  std::size_t used_ = BlockHeader::size;
  std::uint32_t number_ = 0;
  std::uint32_t first_index_ = 0;
  std::uint32_t last_index_ = 0;
};

/// A block holding one record, as volume labels are written.
Buffer build_single_record_block(VolumeSession session, const RecordHeader& header, Bytes payload, Crc32 crc);

}  // namespace holdfast::format

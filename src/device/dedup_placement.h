// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include "base/ids.h"
#include "device/dedup_format.h"

namespace holdfast::device {

/// Decides where the pieces of blocks go, so that equal payloads lie at multiples of the block size of aligned.data,
/// where the file system can share them. Copyable: who could not write what was decided goes back to a copy.
class DedupPlacement {
 public:
  DedupPlacement(std::uint64_t aligned, std::uint64_t unaligned, std::uint64_t aligned_block)
      : aligned_(aligned), unaligned_(unaligned), aligned_block_(aligned_block) {}

  struct Piece {
    DedupPart part;
    Bytes data;  ///< points into the block
  };
  /// The pieces of a whole block behind its header, in order.
  std::vector<Piece> place(const format::BlockHeader& header, Bytes block);

  std::uint64_t aligned() const { return aligned_; }
  std::uint64_t unaligned() const { return unaligned_; }

 private:
  /// What is reserved for the rest of a record.
  struct Room {
    std::int32_t file_index = 0;
    std::int32_t stream = 0;
    std::uint64_t aligned_begin = 0;
    std::uint64_t aligned_left = 0;
    std::uint64_t unaligned_begin = 0;
    std::uint64_t unaligned_left = 0;

    std::uint64_t left() const { return aligned_left + unaligned_left; }
  };

  Room reserve(std::int32_t file_index, std::int32_t stream, std::uint64_t length);
  Room room_for(const VolumeSession& session, std::int32_t file_index, std::int32_t stream,
                bool is_continuation, std::uint64_t length);
  void add_unaligned(std::vector<Piece>& pieces, Bytes data);
  static void fill(std::vector<Piece>& pieces, Room& room, Bytes data);

  std::uint64_t aligned_;
  std::uint64_t unaligned_;
  std::uint64_t aligned_block_;
  std::map<VolumeSession, Room> rooms_;  ///< of records that go on in another block
};

}  // namespace holdfast::device

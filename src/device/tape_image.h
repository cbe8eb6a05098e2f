// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "device/byte_store.h"

namespace holdfast::device {

/// Blocks and file marks one behind the other (docs/formats/emulated-tape.md). They are counted from 0; the place
/// behind the last is count().
class TapeImage {
 public:
  /// Finds what there is. A torn end, as a power cut leaves it, is no part of the tape: the next write covers it.
  /// Throws Error{corrupt} for a file that is no emulated tape; an empty one is a blank tape.
  explicit TapeImage(std::unique_ptr<ByteStore> store);

  std::size_t count() const { return offsets_.size(); }
  bool is_mark(std::size_t place) const { return offsets_[place] & mark_flag; }
  /// How many file marks lie before that place.
  std::uint32_t file_of(std::size_t place) const;
  /// Blocks between that place and the last file mark before it.
  std::uint32_t block_of(std::size_t place) const;
  /// Where the file mark with that number lies, from 0; count() where there is none.
  std::size_t place_of_mark(std::size_t number) const;
  std::size_t marks() const { return marks_.size(); }

  std::size_t length(std::size_t place) const;
  /// The bytes of a block; `into` has room for them. False where they are not those that were written.
  bool read(std::size_t place, MutableBytes into) const;

  /// Puts one behind the others; false, and nothing changed, where the store has no room.
  bool append_block(Bytes block);
  bool append_mark();
  /// Drops everything from that place on.
  void cut(std::size_t place);
  void sync() { store_->sync(); }

  /// Of all blocks.
  std::uint64_t data_bytes() const { return data_bytes_; }

 private:
  static constexpr std::uint64_t mark_flag = 1ULL << 63;

  void find_records();
  bool append(Bytes payload, std::uint64_t flag);
  std::uint64_t offset_of(std::size_t place) const;
  bool is_whole(std::size_t place) const;

  std::unique_ptr<ByteStore> store_;
  std::vector<std::uint64_t> offsets_;  ///< of every record, with the flag for marks
  std::vector<std::size_t> marks_;      ///< their places
  std::uint64_t end_ = 0;               ///< offset behind the last record
  std::uint64_t data_bytes_ = 0;
};

}  // namespace holdfast::device

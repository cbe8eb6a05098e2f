// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <unordered_map>

#include "format/bootstrap_matcher.h"
#include "volumes/block_reader.h"

namespace holdfast::volumes {

/// Takes the records that a reading selects, in the order of the volumes.
class RecordVisitor {
 public:
  virtual ~RecordVisitor() = default;
  /// A whole record with positive file index. `block` is the one it ends in.
  virtual void record(const format::Record& record, const Block& block) = 0;
  /// A volume or session label, whether selected or not.
  virtual void label(const format::Record& record, const Block& block) {
    static_cast<void>(record), static_cast<void>(block);
  }
  /// Something between the blocks could not be read. Records that it may have cut, and what follows of their files, are
  /// left out.
  virtual void damage(const std::string& what) { static_cast<void>(what); }
  /// Every block before its records.
  virtual void block(const Block& block) { static_cast<void>(block); }
};

/// Makes records of blocks and keeps those that a bootstrap selects; records may go on from volume to volume.
class RecordReader {
 public:
  /// Without a matcher everything is selected. The matcher must outlive the reader.
  explicit RecordReader(format::BootstrapMatcher* matcher) : matcher_(matcher) {}

  enum class Ended { at_end_of_volume, with_the_selection };

  /// Reads the mounted volume to its end, or as far as the bootstrap wants. The reader of blocks stands behind
  /// the volume's label; with a bootstrap it is moved to where that starts. `seeked` hears of that first jump.
  Ended read_volume(BlockSource& blocks, RecordVisitor& visitor,
                    const std::function<void(std::uint64_t address)>& seeked = {});

  /// The pieces of one block.
  void read_block(const Block& block, RecordVisitor& visitor);

 private:
  using SectionNumber = format::BootstrapMatcher::SectionNumber;
  void read_label(const format::RecordPiece& piece, const Block& block, RecordVisitor& visitor);
  void read_piece(const format::RecordPiece& piece, const Block& block, RecordVisitor& visitor);
  bool is_wanted(const Block& block) const;
  std::optional<Block> next_block(BlockSource& blocks, RecordVisitor& visitor);
  void note_order(const Block& block);
  bool is_of_damaged_file(const format::Record& record);

  format::BootstrapMatcher* matcher_;
  format::RecordAssembler assembler_;
  std::unordered_map<VolumeSession, SectionNumber> pending_sections_;
  unsigned damages_ = 0;
  struct Order {
    std::optional<std::uint32_t> block;  ///< number of the last one
    unsigned seen = 0;                   ///< how many damages there had been then
    unsigned damages = 0;                ///< behind how many of them the session is known to be whole again
  };
  std::unordered_map<VolumeSession, Order> orders_;
};

}  // namespace holdfast::volumes

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "device/patience.h"
#include "device/tape_drive.h"
#include "device/tape_traits.h"

namespace holdfast::device {

/// Where on its tape a drive stands, as file and block, and how it gets elsewhere with what it can do. Reads and writes
/// are made by others, who say so with passed_block() and passed_mark().
class TapeMotion {
 public:
  TapeMotion(TapeDrive& drive, TapeTraits& traits, const Patience& patience);

  std::uint32_t file() const { return file_; }
  std::uint32_t block() const { return block_; }
  /// Nobody knows where the tape stands: it is rewound before it is moved on.
  void lose_position() { is_known_ = false; }
  bool is_known() const { return is_known_; }
  void passed_block() { ++block_; }
  void passed_marks(std::uint32_t count) { file_ += count, block_ = 0; }

  /// Retried as long as Maximum Rewind Wait lasts.
  void rewind();
  void go_to(std::uint32_t file, std::uint32_t block);
  void go_to_end();
  /// After a read failed, however far the tape went: to the same place again.
  void return_to(std::uint32_t file, std::uint32_t block);
  /// One block back; false where the drive cannot.
  bool back_one_block();

  /// What the drive says; nothing where it is not to be asked or does not know how.
  std::optional<TapeStatus> status();

 private:
  /// False where the drive does not know the operation; throws Error{io} where it fails.
  bool operate(bool TapeTraits::*trait, TapeOperation operation, std::uint32_t count, std::string_view what);
  void forward_files(std::uint32_t count);
  void forward_blocks(std::uint32_t count);
  bool back_to_begin_of(std::uint32_t file);
  void to_begin_of_file();
  /// One block or mark; false for a mark or the end.
  bool read_over();

  bool end_by_drive();
  bool end_by_fast_forward();
  bool take_end_from_drive();
  void end_by_reading();
  void count_blocks_of_last_file();

  TapeDrive& drive_;
  TapeTraits& traits_;
  const Patience& patience_;
  Buffer scratch_;
  std::uint32_t file_ = 0;
  std::uint32_t block_ = 0;
  bool is_known_ = false;
};

}  // namespace holdfast::device

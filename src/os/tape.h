// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "os/file_stat.h"
#include "os/unique_fd.h"

namespace holdfast::os {

/// What a tape drive is told to do, besides reading and writing (MTIOCTOP).
enum class TapeOperation : std::uint8_t {
  rewind,
  forward_files,    ///< behind the count-th file mark from here
  back_files,       ///< before the count-th file mark behind us
  forward_records,  ///< a file mark in the way ends it, with an error, behind the mark
  back_records,     ///< a file mark in the way ends it, with an error, before the mark
  end_of_data,
  write_filemarks,  ///< 0 of them: only what the drive buffers is written
  offline,          ///< rewinds and ejects
  load,
  lock,
  unlock,
  set_block_size,          ///< 0: a block is as long as what is written
  clear_two_filemarks,     ///< the driver no longer writes marks of its own at the end
  clear_fast_end_of_data,  ///< the driver counts file marks on the way to the end of data
};

/// What a drive says of itself (MTIOCGET). A position it does not know is empty.
struct TapeStatus {
  std::optional<std::uint32_t> file;
  std::optional<std::uint32_t> block;
  std::uint32_t block_size = 0;  ///< 0: variable
  bool is_online = false;        ///< there is a medium, and it is ready
  bool at_beginning = false;
  bool at_filemark = false;  ///< right behind one
  bool at_end_of_data = false;
  bool at_end_of_medium = false;
  bool is_write_protected = false;
  bool is_open = false;  ///< no medium, or the door is open
  bool wants_cleaning = false;
};

/// A tape in a drive of this machine. Errors are the driver's: ENOTTY and ENOSYS where it does not know an operation,
/// ENOSPC at the end of the medium, ENOMEM for a block that is longer than the buffer.
class Tape {
 public:
  enum class Access { read, write };

  /// Does not wait for a medium: a drive without one opens all the same, and every operation on it fails.
  static Outcome<Tape> open_unready(const std::string& path);
  /// Waits for a medium that is being loaded as long as the driver does.
  static Outcome<Tape> open(const std::string& path, Access access);

  /// One block; fewer bytes than given at the end of the medium.
  Outcome<std::size_t> write(Bytes block);
  /// One block; 0 for a file mark.
  Outcome<std::size_t> read(MutableBytes into);
  Outcome<void> operate(TapeOperation operation, std::uint32_t count);
  Outcome<TapeStatus> status();

 private:
  explicit Tape(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace holdfast::os

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "os/tape.h"

namespace holdfast::device {

using os::Outcome;
using os::TapeOperation;
using os::TapeStatus;

/// What was written of one block.
struct TapeWrite {
  std::size_t length = 0;      ///< shorter than the block at the end of the medium
  bool early_warning = false;  ///< all of it was written, and not much more has room
};

/// A tape drive with a medium in it, as its driver shows it: the seam between what tapes do (TapeDevice) and what is
/// done to them (MagneticTape, EmulatedTape). Used by one thread at a time. Errors are values, for most of them say
/// something about the tape: no_space_on_device at its end, not_enough_memory for a block longer than the buffer,
/// io_error where a motion met a file mark or an end, inappropriate_io_control_operation and function_not_supported
/// where the drive does not know how.
///
/// Writing makes the position the end of data: what lay behind is gone.
class TapeDrive {
 public:
  virtual ~TapeDrive() = default;

  virtual Outcome<TapeWrite> write(Bytes block) = 0;
  /// The length of the block; 0 for a file mark, behind which the position is then, and at the end of data.
  virtual Outcome<std::size_t> read(MutableBytes into) = 0;
  /// A motion that fails leaves the tape where it stopped.
  virtual Outcome<void> operate(TapeOperation operation, std::uint32_t count) = 0;
  virtual Outcome<TapeStatus> status() = 0;
  /// After it succeeded, what was written survives a power cut.
  virtual Outcome<void> flush() { return operate(TapeOperation::write_filemarks, 0); }
};

}  // namespace holdfast::device

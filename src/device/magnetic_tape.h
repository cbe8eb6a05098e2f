// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "device/tape_drive.h"

namespace holdfast::device {

/// A drive of this machine, through its non-rewinding device node (/dev/nst0).
class MagneticTape final : public TapeDrive {
 public:
  /// Opens it only where it has a medium that is ready; rewinds it.
  static Outcome<std::unique_ptr<TapeDrive>> open(const std::string& path, os::Tape::Access access);

  explicit MagneticTape(os::Tape tape) : tape_(std::move(tape)) {}

  Outcome<TapeWrite> write(Bytes block) override;
  Outcome<std::size_t> read(MutableBytes into) override { return tape_.read(into); }
  Outcome<void> operate(TapeOperation operation, std::uint32_t count) override {
    return tape_.operate(operation, count);
  }
  Outcome<TapeStatus> status() override { return tape_.status(); }

 private:
  os::Tape tape_;
};

}  // namespace holdfast::device

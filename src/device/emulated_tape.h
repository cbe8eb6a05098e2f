// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "device/tape_drive.h"
#include "device/tape_image.h"
#include "device/tape_plan.h"

namespace holdfast::device {

/// A tape drive that is a program, and its tape a TapeImage. It does what the Linux driver does, the unpleasant things
/// included: positions it does not know after some motions, ENOSPC, ENOMEM, marks that end a motion. A TapePlan makes
/// it fail.
class EmulatedTape final : public TapeDrive {
 public:
  using Pause = std::function<void(std::chrono::milliseconds)>;

  /// The tape stands at its beginning. Throws Error{corrupt} for a store that holds no tape.
  EmulatedTape(std::unique_ptr<ByteStore> store, std::unique_ptr<TapePlanSource> plan, Pause pause = {});

  /// The cartridge in the file `path`; an empty file is a blank one, no file an empty drive. Options are read from
  /// `options`, then from PATH.plan and the same beside the file that a symlink leads to. Throws Error{refused}
  /// where another program writes the cartridge.
  static Outcome<std::unique_ptr<TapeDrive>> open(const std::string& path, const std::string& options,
                                                  os::Tape::Access access);

  Outcome<TapeWrite> write(Bytes block) override;
  Outcome<std::size_t> read(MutableBytes into) override;
  Outcome<void> operate(TapeOperation operation, std::uint32_t count) override;
  Outcome<TapeStatus> status() override;
  Outcome<void> flush() override;

 private:
  Outcome<void> check_medium() const;
  Outcome<void> perform(TapeOperation operation, std::uint32_t count);
  Outcome<void> rewind();
  Outcome<void> forward_files(std::uint32_t count);
  Outcome<void> back_files(std::uint32_t count);
  Outcome<void> forward_records(std::uint32_t count);
  Outcome<void> back_records(std::uint32_t count);
  Outcome<void> write_filemarks(std::uint32_t count);
  Outcome<void> offline();
  Outcome<TapeWrite> write_one(Bytes block);
  Outcome<std::size_t> read_fixed(MutableBytes into);
  Outcome<std::size_t> read_one(MutableBytes into);
  Outcome<std::size_t> read_nothing();
  void take_time(std::chrono::milliseconds time) const;
  void go_to(std::size_t place);

  TapeImage image_;
  std::unique_ptr<TapePlanSource> plan_;
  Pause pause_;
  std::size_t place_ = 0;
  std::uint32_t block_size_ = 0;
  unsigned reads_at_end_ = 0;
  bool knows_block_ = true;
  bool has_medium_ = true;
  bool is_locked_ = false;
  bool is_past_warning_ = false;
};

}  // namespace holdfast::device

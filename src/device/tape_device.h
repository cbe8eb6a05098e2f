// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "device/device.h"
#include "device/tape_motion.h"

namespace holdfast::device {

/// A volume on a tape: blocks padded to 1024 bytes, file marks between jobs (interop 04, sections 2.3 and 8). The upper
/// half of an address counts file marks, the lower one blocks since the last of them. ANSI and IBM labels are passed over
/// and count as blocks.
class TapeDevice final : public Device {
 public:
  /// The tape stands at its beginning.
  TapeDevice(std::unique_ptr<TapeDrive> drive, TapeTraits traits, Patience patience);
  /// Unlocks the medium; rewinds it unless No Rewind On Close.
  ~TapeDevice() override;

  void heed(std::stop_token stop) override { patience_.heed(std::move(stop)); }
  Addressing addressing() const override { return Addressing::files_and_blocks; }
  void set_block_sizes(const BlockSizes& sizes) override;
  Written write_block(Bytes block) override;
  using Device::write_filemark;
  Written write_filemark(Mark mark) override;
  ReadOutcome read_block(Buffer& into) override;
  void seek(std::uint64_t address) override;
  std::uint64_t seek_to_end() override;
  std::uint64_t position() const override;
  std::optional<std::uint64_t> size() override { return std::nullopt; }
  void flush() override;
  void truncate(std::uint64_t address) override;

  TapeDrive& drive() { return *drive_; }
  TapeMotion& motion() { return motion_; }
  const TapeTraits& traits() const { return traits_; }

 private:
  Bytes padded(Bytes block);
  Outcome<TapeWrite> write_patiently(Bytes block);
  Outcome<std::size_t> read_patiently(Buffer& into);
  /// After ENOMEM: the same block again; false where it cannot be longer.
  bool make_room(Buffer& into);
  ReadOutcome nothing_read();
  ReadOutcome judge(Bytes got);
  ReadOutcome skip_unreadable(const std::error_code& error);

  std::unique_ptr<TapeDrive> drive_;
  TapeTraits traits_;
  Patience patience_;
  TapeMotion motion_;
  BlockSizes sizes_;
  std::size_t largest_;  ///< that was to be expected so far
  Buffer padding_;
  bool read_mark_last_ = false;
};

}  // namespace holdfast::device

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "device/device.h"
#include "device/patience.h"
#include "device/tape_drive.h"
#include "device/tape_traits.h"

namespace holdfast::device {

/// A tape drive that takes one cartridge at a time.
class TapeUnit final : public LoadedDrive {
 public:
  using OpenTape = std::function<Outcome<std::unique_ptr<TapeDrive>>(os::Tape::Access)>;

  /// `name` is what messages call it.
  TapeUnit(std::string name, TapeTraits traits, OpenTape open_tape, Pause pause = real_pause())
      : name_(std::move(name)),
        traits_(traits),
        open_tape_(std::move(open_tape)),
        patience_(std::move(pause)) {}

  void heed(std::stop_token stop) override { patience_.heed(std::move(stop)); }
  /// Tried again as long as Maximum Open Wait lasts, for a drive that is busy or still loading.
  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  /// Also while it is not ready: open() waits for it.
  bool has(std::string_view volume) override;
  void unload() override;

 private:
  std::unique_ptr<TapeDrive> open_patiently(os::Tape::Access access);
  void prepare(TapeDrive& tape) const;

  std::string name_;
  TapeTraits traits_;
  OpenTape open_tape_;
  Patience patience_;
};

}  // namespace holdfast::device

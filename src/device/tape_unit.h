// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "device/device.h"
#include "device/tape_drive.h"
#include "device/tape_traits.h"

namespace holdfast::device {

/// A tape drive that takes one cartridge at a time.
class TapeUnit final : public Drive {
 public:
  using OpenTape = std::function<Outcome<std::unique_ptr<TapeDrive>>(os::Tape::Access)>;

  /// `name` is what messages call it.
  TapeUnit(std::string name, TapeTraits traits, OpenTape open_tape, TapePause pause = real_pause())
      : name_(std::move(name)),
        traits_(std::move(traits)),
        open_tape_(std::move(open_tape)),
        pause_(std::move(pause)) {}

  Media media_kind() const override { return Media::loaded; }
  /// Tried again as long as Maximum Open Wait lasts, for a drive that is busy or still loading.
  std::unique_ptr<Device> open(std::string_view volume, Access access) override;
  std::unique_ptr<Device> create(std::string_view volume) override { return open(volume, Access::append); }
  bool has(std::string_view volume) override;
  void rename(std::string_view, std::string_view) override {}
  void unload() override;

 private:
  std::unique_ptr<TapeDrive> open_patiently(os::Tape::Access access);
  void prepare(TapeDrive& tape) const;

  std::string name_;
  TapeTraits traits_;
  OpenTape open_tape_;
  TapePause pause_;
};

}  // namespace holdfast::device

// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "device/emulated_tape.h"
#include "device/tape_unit.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// A tape drive and its cartridge, both made of memory. The cartridge survives closing and, as far as it was flushed,
/// lose_power(); `plan` makes it fail; waiting takes no time and is only counted. Outlives the devices it opened.
class MemoryTape {
 public:
  explicit MemoryTape(device::TapePlan plan = {}, device::TapeTraits traits = {});

  device::TapeUnit& drive() { return unit_; }
  /// The primitives; the tape stands at its beginning.
  std::unique_ptr<device::TapeDrive> open();

  MemoryMedium& medium() { return medium_; }
  device::TapePlan& plan() { return plan_; }
  /// Called whenever the drive waits.
  std::function<void()> on_pause;
  std::chrono::seconds waited() const { return waited_; }
  void lose_power(std::size_t surviving = 0) { medium_.lose_power(surviving); }
  /// Opening, reading and writing it fail for now.
  void make_busy();
  void make_ready() { plan_.faults.clear(); }
  /// Another, empty cartridge in the drive.
  void load_blank() { medium_ = {}; }

 private:
  MemoryMedium medium_;
  device::TapePlan plan_;
  std::chrono::seconds waited_{0};
  device::TapeUnit unit_;
};

}  // namespace holdfast::testing_support

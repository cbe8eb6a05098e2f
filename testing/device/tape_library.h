// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "device/changer.h"
#include "device/tape_plan.h"
#include "device/tape_unit.h"
#include "testing/device/memory_device.h"

namespace holdfast::testing_support {

/// Slots with tapes, drives, and a robot, all made of memory. Cartridges survive closing and, as far as they were flushed,
/// lose_power(). Outlives everything it gives out; not for several threads at once but for the robot's lock.
class TapeLibrary {
 public:
  TapeLibrary(unsigned slots, unsigned drives, const device::TapePlan& plan = {},
              device::TapeTraits traits = {});
  ~TapeLibrary();

  /// A drive as the Storage Daemon sees it.
  std::unique_ptr<device::Drive> drive(unsigned number);
  std::unique_ptr<device::Changer> robot();
  /// The cartridge that belongs into the slot, wherever it is now.
  MemoryMedium& cartridge(unsigned slot) { return cartridges_.at(slot - 1).medium; }
  /// What is on it, while no drive writes to it.
  std::unique_ptr<device::Device> look_at(unsigned slot);
  /// How the cartridge behaves; from the next opening on.
  device::TapePlan& plan(unsigned slot) { return cartridges_.at(slot - 1).plan; }
  unsigned slots() const { return static_cast<unsigned>(cartridges_.size()); }
  /// Moves a cartridge by hand; nothing: takes it out. Returns the slot of the one that was there.
  unsigned put_into_drive(unsigned number, unsigned slot);
  unsigned in_drive(unsigned number) const { return loaded_.at(number); }
  /// All drives are empty after it.
  void lose_power(std::size_t surviving = 0);

  unsigned loads = 0;  ///< by the robot

 private:
  class Robot;
  struct Cartridge {
    MemoryMedium medium;
    device::TapePlan plan;
  };
  device::Outcome<std::unique_ptr<device::TapeDrive>> open(unsigned slot, os::Tape::Access access);
  std::unique_ptr<device::Drive> drive_with(std::function<unsigned()> slot, const std::string& name);

  std::deque<Cartridge> cartridges_;
  std::vector<unsigned> loaded_;  ///< slots, by drive; 0: empty
  device::TapeTraits traits_;
};

}  // namespace holdfast::testing_support

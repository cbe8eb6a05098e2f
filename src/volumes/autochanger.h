// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "device/changer.h"
#include "volumes/storage_device.h"

namespace holdfast::volumes {

/// A robot and the drives it loads (interop 03, section 14). One volume is moved at a time; who wants another one
/// waits. Any thread.
class Autochanger {
 public:
  Autochanger(std::string name, std::unique_ptr<device::Changer> robot)
      : name_(std::move(name)), robot_(std::move(robot)) {}

  const std::string& name() const { return name_; }
  /// Before jobs use the device. Its settings say which drive of the robot it is.
  void add(StorageDevice& device) { devices_.push_back(&device); }
  const std::vector<StorageDevice*>& devices() const { return devices_; }

  enum class Loaded {
    yes,
    slot_is_empty,   ///< or the robot says so
    used_elsewhere,  ///< the volume is in another drive, which works with it
  };
  struct Outcome {
    Loaded loaded = Loaded::yes;
    const StorageDevice* user = nullptr;  ///< the other drive
  };
  /// Puts the volume of that slot into the device, whose turn the caller has and on which no medium is open. What it
  /// does is told to `log`. Throws ChangerError.
  Outcome load(StorageDevice& device, StorageDevice::Turn& turn, unsigned slot,
               const device::ChangerErrand& errand, JobLog& log);
  /// Puts what is in the device back into its slot; nothing happens where it is empty.
  void unload(StorageDevice& device, StorageDevice::Turn& turn, const device::ChangerErrand& errand,
              JobLog& log);

  /// The slot whose volume is in the device, without asking the robot; nothing: not known.
  std::optional<unsigned> known_slot(const StorageDevice& device) const {
    return known_slot(device.settings().drive_index);
  }

  /// Lets nobody else move volumes while `action` uses the robot. It may have moved volumes afterwards: what was known of
  /// drives is forgotten.
  template <typename Action>
  auto with_robot(Action&& action) {
    const std::lock_guard one_at_a_time(moving_);
    known_.with([](Slots& slots) { slots.clear(); });
    return std::forward<Action>(action)(*robot_);
  }

 private:
  using Slots = std::map<unsigned, unsigned>;  ///< by drive; 0: empty

  std::optional<unsigned> known_slot(unsigned drive) const;
  unsigned loaded(unsigned drive, const device::ChangerErrand& errand, JobLog& log);
  void unload_drive(StorageDevice& device, StorageDevice::Turn& turn, unsigned slot,
                    const device::ChangerErrand& errand, JobLog& log);
  const StorageDevice* take_from_others(const StorageDevice& device, unsigned slot,
                                        const device::ChangerErrand& errand, JobLog& log);
  void know(unsigned drive, std::optional<unsigned> slot);

  std::string name_;
  std::unique_ptr<device::Changer> robot_;
  std::vector<StorageDevice*> devices_;
  std::mutex moving_;
  Guarded<Slots> known_;
};

}  // namespace holdfast::volumes
